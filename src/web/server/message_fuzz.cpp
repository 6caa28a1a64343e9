// HTTP requests: however the bytes are cut, the messages are the same.
#include <cstdint>
#include <string>

#include "web/server/message_parser.hpp"

namespace {

using namespace yagura;

// Reads message after message, `step` bytes at a time; a text of all that was understood.
std::string understood(std::string_view bytes, std::size_t step) {
  std::string text;
  std::string held;
  auto parser = std::make_unique<web::MessageParser>(4096);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    held += bytes.substr(at, step);
    std::string_view rest = held;
    for (;;) {
      const auto fed = parser->feed(rest);
      if (!fed) return text + "!" + fed.error().code;
      if (*fed == web::MessageParser::Step::more) break;
      if (*fed == web::MessageParser::Step::head) {
        const auto& head = parser->head();
        text += "{" + head.method + " " + head.target + (head.keep_alive ? " k" : " c");
        for (const auto& [name, value] : head.headers) text += "\n" + name + ":" + value;
        parser->take_body(1000, [&text](std::string_view body) -> Result<void> {
          text += body;
          return {};
        });
      } else {
        text += "}";
        parser = std::make_unique<web::MessageParser>(4096);
        if (rest.empty()) break;
      }
    }
    held = std::string(rest);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.empty() || text.size() > 3500) return 0;  // below the limit of a head, which depends on the cut
  const std::size_t step = 1 + static_cast<unsigned char>(text[0]) % 97U;
  text.remove_prefix(1);
  const auto whole = understood(text, text.size() + 1);
  const auto cut = understood(text, step);
  // A fault may be seen later when the bytes come in pieces, so compare what both understood.
  const auto common = std::min(whole.find('!'), cut.find('!'));
  if (common == std::string::npos) YAGURA_ASSERT(whole == cut);
  return 0;
}
