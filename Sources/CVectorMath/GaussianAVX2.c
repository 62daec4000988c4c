// Four lanes.
#if defined(__x86_64__)
#define WIDTH 4
#define TARGET __attribute__((target("avx2,fma")))
#define INSTALL borel_install_gaussian_avx2
#include "GaussianKernels.h"
#else
#include "Kernels.h"
void borel_install_gaussian_avx2(struct borel_kernels *table) { (void)table; }
#endif
