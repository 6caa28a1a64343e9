// Any bytes of a device: what comes out is text, bounded, the same when cleaned again, and without the
// secret.
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "monitor/remote_log/output_text.hpp"

using namespace yagura::monitor::remote_log;

namespace {

void need(bool fact) {
  if (!fact) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = clean_output(bytes);
  need(yagura::is_utf8(text) && text.size() <= 3 * size);
  for (const char c : text) need(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
  need(clean_output(text) == text);

  Mask mask;
  mask.add("s3cret-word");
  const std::string safe = safe_text(bytes, mask, 64, true);
  need(yagura::is_utf8(safe) && safe.size() <= 64);
  need(safe.find("s3cret-word") == std::string::npos);
  return 0;
}
