// Whatever the bytes are: text is UTF-8 and within its bounds, files have names without a path.
#include <cstddef>
#include <cstdint>

#include "base/text.hpp"
#include "notify/mail_message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  YAGURA_ASSERT(notify::text_of_html(bytes).size() <= bytes.size() + 1);
  const auto mail = notify::read_mail(bytes);
  if (!mail) return 0;
  YAGURA_ASSERT(mail->from.find('@') != std::string::npos && mail->from.find('\n') == std::string::npos);
  for (const auto* text : {&mail->text, &mail->subject, &mail->from_name, &mail->message_id})
    YAGURA_ASSERT(is_utf8(*text) && text->find('\0') == std::string::npos);
  YAGURA_ASSERT(mail->subject.find('\n') == std::string::npos && mail->text.size() <= notify::text_most);
  YAGURA_ASSERT(mail->files.size() <= static_cast<std::size_t>(notify::files_most));
  for (const auto& file : mail->files)
    YAGURA_ASSERT(!file.name.empty() && file.name.find_first_of("/\\\n") == std::string::npos);
  return 0;
}
