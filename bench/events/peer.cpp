#include "peer.hpp"

#include <zstd.h>

#include <ctime>
#include <vector>

namespace yagura::bench {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Packed zstd(std::string_view bytes, int level) {
  const auto begin = cpu_seconds();
  auto* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  std::vector<char> space(ZSTD_CStreamOutSize());
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  Packed out;
  for (std::size_t left = 1; left != 0;) {
    ZSTD_outBuffer to{space.data(), space.size(), 0};
    left = ZSTD_compressStream2(context, &to, &in, ZSTD_e_end);
    if (ZSTD_isError(left) != 0) break;
    out.bytes += to.pos;
  }
  ZSTD_freeCCtx(context);
  out.seconds = cpu_seconds() - begin;
  return out;
}

}  // namespace yagura::bench
