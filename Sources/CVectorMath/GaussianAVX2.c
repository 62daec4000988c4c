// Four lanes.
#if defined(__x86_64__)
#define WIDTH 4
#define TARGET __attribute__((target("avx2,fma")))
#define INSTALL_GRID borel_install_grid_avx2
#define INSTALL_PAIRS borel_install_pairs_avx2
#include "GridKernels.h"
#include "PairKernels.h"
#else
#include "Kernels.h"
void borel_install_grid_avx2(struct borel_kernels *table) { (void)table; }
void borel_install_pairs_avx2(struct borel_kernels *table) { (void)table; }
#endif
