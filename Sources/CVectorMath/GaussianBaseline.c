// Two lanes: what every x86_64 and every 64-bit ARM processor has.
#define WIDTH 2
#define TARGET
#define INSTALL_GRID borel_install_grid_baseline
#define INSTALL_PAIRS borel_install_pairs_baseline
#include "GridKernels.h"
#include "PairKernels.h"
