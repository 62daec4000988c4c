// Four lanes.
#if defined(__x86_64__)
#define WIDTH 4
#define TARGET __attribute__((target("avx2")))
#define INSTALL borel_install_random_avx2
#include "RandomKernels.h"
#else
#include "Kernels.h"
void borel_install_random_avx2(struct borel_kernels *table) { (void)table; }
#endif
