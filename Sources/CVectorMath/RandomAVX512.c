// Eight lanes.
#if defined(__x86_64__)
#define WIDTH 8
#define TARGET __attribute__((target("avx512f")))
#define INSTALL borel_install_random_avx512
#include "RandomKernels.h"
#else
#include "Kernels.h"
void borel_install_random_avx512(struct borel_kernels *table) { (void)table; }
#endif
