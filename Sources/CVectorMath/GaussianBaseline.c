// Two lanes: what every x86_64 and every 64-bit ARM processor has.
#define WIDTH 2
#define TARGET
#define INSTALL borel_install_gaussian_baseline
#include "GaussianKernels.h"
