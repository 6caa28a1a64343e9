// multipart/form-data: however the bytes are cut, the parts are the same.
#include <cstdint>

#include "web/server/multipart.hpp"

namespace {

using namespace yagura;

class Recorder final : public web::PartSink {
 public:
  Result<void> begin(web::PartHead head) override {
    YAGURA_ASSERT(!head.name.empty() && head.filename.find_first_of("/\\") == std::string::npos);
    text += "[" + head.name + "|" + head.filename + "|" + head.content_type + "|";
    return {};
  }
  Result<void> data(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  Result<void> end() override {
    text += "]";
    return {};
  }
  std::string text;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t step = text.empty() ? 1 : 1 + static_cast<unsigned char>(text[0]) % 97U;
  if (!text.empty()) text.remove_prefix(1);
  (void)web::multipart_boundary(text);
  Recorder whole;
  web::MultipartParser at_once("b", whole);
  const bool good = at_once.feed(text) && at_once.finish();
  Recorder pieces;
  web::MultipartParser cut("b", pieces);
  bool fed = true;
  for (std::size_t at = 0; fed && at < text.size(); at += step)
    fed = cut.feed(text.substr(at, step)).has_value();
  YAGURA_ASSERT((fed && cut.finish()) == good);
  if (good) YAGURA_ASSERT(whole.text == pieces.text);
  return 0;
}
