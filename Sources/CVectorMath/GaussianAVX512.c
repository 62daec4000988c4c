// Eight lanes.
#if defined(__x86_64__)
#define WIDTH 8
#define TARGET __attribute__((target("avx512f")))
#define INSTALL_PAIRS borel_install_pairs_avx512
#include "PairKernels.h"
#else
#include "Kernels.h"
void borel_install_pairs_avx512(struct borel_kernels *table) { (void)table; }
#endif
