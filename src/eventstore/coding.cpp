#include "eventstore/coding.hpp"

#define ZDICT_STATIC_LINKING_ONLY  // the fast way to learn is not among the stable functions of 1.5
#define ZSTD_STATIC_LINKING_ONLY   // nor are a dictionary's own parameters
#include <xxhash.h>
#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

namespace yagura::eventstore {

namespace {

constexpr char stored = 0, packed = 1;
constexpr std::size_t head = 5;

// zstd's working memory is kept by each thread: making it costs more than packing a small piece.
struct Free {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
  void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
};
ZSTD_CCtx* packer() {
  static thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  YAGURA_ASSERT(context != nullptr);
  return context.get();
}
ZSTD_DCtx* unpacker() {
  static thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  YAGURA_ASSERT(context != nullptr);
  return context.get();
}

std::unexpected<Error> damaged(std::string reason) {
  return fail("eventstore.damaged", {{"reason", std::move(reason)}});
}

}  // namespace

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

struct PackDictionary::Ready {
  ZSTD_CDict* pack = nullptr;
  ZSTD_DDict* unpack = nullptr;
  Ready() = default;
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;
  ~Ready() {
    ZSTD_freeCDict(pack);
    ZSTD_freeDDict(unpack);
  }
};

namespace {
// From this level on what is packed is to become small, and is pages of up to 128 KiB. zstd's own parameters
// of these levels are for data of unknown length: their tables are several times as large as the processor's
// cache. Window, chains, hashes, searches, shortest match, match that is good enough.
constexpr int small = 16;
constexpr ZSTD_compressionParameters small_pages{18, 19, 16, 4, 6, 48, ZSTD_btopt};

ZSTD_CDict* packing(const std::string& bytes, int level) {
  if (level < small) return ZSTD_createCDict(bytes.data(), bytes.size(), level);
  return ZSTD_createCDict_advanced(bytes.data(), bytes.size(), ZSTD_dlm_byCopy, ZSTD_dct_auto, small_pages,
                                   ZSTD_defaultCMem);
}
}  // namespace

PackDictionary::PackDictionary(std::string bytes, int level)
    : bytes_(std::move(bytes)), ready_(std::make_unique<Ready>()) {
  if (level != 0) ready_->pack = packing(bytes_, level);
  ready_->unpack = ZSTD_createDDict(bytes_.data(), bytes_.size());
  if (level != 0 && ready_->pack == nullptr) ZSTD_freeDDict(std::exchange(ready_->unpack, nullptr));
}
bool PackDictionary::is_one() const { return ready_->unpack != nullptr; }
PackDictionary::PackDictionary(PackDictionary&&) noexcept = default;
PackDictionary::~PackDictionary() = default;

std::string PackDictionary::learn(const std::vector<std::string>& samples, std::size_t most_bytes) {
  std::string all;
  std::vector<std::size_t> sizes;
  for (const auto& sample : samples) {
    all += sample;
    sizes.push_back(sample.size());
  }
  // Less than ten times as much as is kept teaches nothing.
  most_bytes = std::min(most_bytes, all.size() / 10);
  if (samples.size() < 64 || most_bytes < 1024) return {};
  std::string out(most_bytes, 0);
  ZDICT_fastCover_params_t how{};
  how.k = 256;
  how.d = 8;
  how.f = 18;
  how.accel = 4;
  const auto size = ZDICT_trainFromBuffer_fastCover(out.data(), out.size(), all.data(), sizes.data(),
                                                    static_cast<unsigned>(sizes.size()), how);
  if (ZDICT_isError(size) != 0) return {};
  out.resize(size);
  return out;
}

void put_frame(std::string& out, std::string_view payload, int level, const PackDictionary* dictionary) {
  const auto begin = out.size();
  out.resize(begin + head);
  out[begin + 4] = stored;
  if (level != 0 && payload.size() > 16) {
    const auto bound = ZSTD_compressBound(payload.size());
    out.resize(begin + head + bound);
    auto* const to = out.data() + begin + head;
    const auto size = dictionary != nullptr
                          ? ZSTD_compress_usingCDict(packer(), to, bound, payload.data(), payload.size(),
                                                     dictionary->ready().pack)
                          : ZSTD_compressCCtx(packer(), to, bound, payload.data(), payload.size(), level);
    if (ZSTD_isError(size) == 0 && size < payload.size()) {
      out.resize(begin + head + size);
      out[begin + 4] = packed;
    } else {
      out.resize(begin + head);
    }
  }
  if (out[begin + 4] == stored) out.append(payload);
  const auto check = static_cast<std::uint32_t>(checksum(std::string_view(out).substr(begin + 4)));
  std::memcpy(out.data() + begin, &check, 4);
}

Result<void> unframe(std::string_view frame, std::string& out, std::size_t most,
                     const PackDictionary* dictionary) {
  if (frame.size() < head) return damaged("a piece is too short");
  std::uint32_t check = 0;
  std::memcpy(&check, frame.data(), 4);
  if (check != static_cast<std::uint32_t>(checksum(frame.substr(4))))
    return damaged("a checksum does not hold");
  const auto body = frame.substr(head);
  if (frame[4] == stored) {
    if (body.size() > most) return damaged("a piece is too long");
    out.append(body);
    return {};
  }
  if (frame[4] != packed) return damaged("a piece is packed in an unknown way");
  const auto size = ZSTD_getFrameContentSize(body.data(), body.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > most)
    return damaged("a piece is too long");
  const auto begin = out.size();
  out.resize(begin + static_cast<std::size_t>(size));
  auto* const to = out.data() + begin;
  const auto length = static_cast<std::size_t>(size);
  const auto done = dictionary != nullptr
                        ? ZSTD_decompress_usingDDict(unpacker(), to, length, body.data(), body.size(),
                                                     dictionary->ready().unpack)
                        : ZSTD_decompressDCtx(unpacker(), to, length, body.data(), body.size());
  if (ZSTD_isError(done) != 0 || done != size) return damaged("a piece cannot be unpacked");
  return {};
}

}  // namespace yagura::eventstore
