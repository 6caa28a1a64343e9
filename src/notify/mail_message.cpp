#include "notify/mail_message.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

#include "base/text.hpp"

namespace yagura::notify {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Held = std::unique_ptr<T, Unref>;

struct FreeText {
  void operator()(char* text) const { g_free(text); }
};

std::string text_or_empty(const char* text) { return text ? text : ""; }

// Without what would break a line or a screen: control characters, and bytes that are no text.
std::string cleaned(std::string_view text, bool lines) {
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '\n' && lines) out += c;
    if (c == '\t') out += ' ';
    if (u >= 0x20 && u != 0x7f) out += c;
  }
  return is_utf8(out) ? out : std::string();
}

void cut_to(std::string& text, std::size_t most, bool& cut) {
  if (text.size() <= most) return;
  cut = true;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80) --most;
  text.resize(most);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

std::string header(GMimeMessage* message, const char* name) {
  return text_or_empty(g_mime_object_get_header(GMIME_OBJECT(message), name));
}

bool is_automatic(GMimeMessage* message, const std::string& from) {
  const auto submitted = lower(trim(header(message, "Auto-Submitted")));
  if (!submitted.empty() && !submitted.starts_with("no")) return true;
  const auto precedence = lower(trim(header(message, "Precedence")));
  for (const auto* word : {"bulk", "junk", "list", "auto_reply"})
    if (precedence == word) return true;
  for (const auto* name : {"List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response"})
    if (!header(message, name).empty()) return true;
  if (trim(header(message, "Return-Path")) == "<>") return true;
  auto* type = g_mime_object_get_content_type(GMIME_OBJECT(message));
  if (auto* root = g_mime_message_get_mime_part(message)) type = g_mime_object_get_content_type(root);
  if (type && g_mime_content_type_is_type(type, "multipart", "report")) return true;
  const auto person = lower(from.substr(0, from.find('@')));
  return person == "mailer-daemon" || person == "postmaster" || person.starts_with("no-reply") ||
         person.starts_with("noreply");
}

void add_ids(const std::string& text, std::vector<std::string>& out) {
  if (text.empty() || text.size() > 100'000) return;
  auto* list = g_mime_references_parse(nullptr, text.c_str());
  const int length = std::min(g_mime_references_length(list), 200);
  for (int i = length - 1; i >= 0; --i) {
    auto id = cleaned(text_or_empty(g_mime_references_get_message_id(list, i)), false);
    if (!id.empty() && std::ranges::find(out, id) == out.end()) out.push_back(std::move(id));
  }
  g_mime_references_free(list);
}

std::string without_quotation(std::string text) {
  // What is quoted at the end, with the line that names who wrote it.
  const auto lines = split(text, '\n');
  std::size_t end = lines.size();
  bool quoted = false;
  while (end > 0) {
    const auto line = trim(lines[end - 1]);
    if (line.starts_with('>'))
      quoted = true;
    else if (!line.empty())
      break;
    --end;
  }
  if (!quoted) return text;
  if (end > 1 && (trim(lines[end - 1]).ends_with(':') || trim(lines[end - 1]).ends_with("："))) --end;
  std::string out;
  for (std::size_t i = 0; i < end; ++i) out.append(lines[i]).append("\n");
  return trim(out).empty() ? text : out;
}

// A name that a folder of any system takes, without a path.
std::string file_name(const char* given, int number) {
  std::string name = cleaned(text_or_empty(given), false);
  if (const auto slash = name.find_last_of("/\\"); slash != std::string::npos) name.erase(0, slash + 1);
  std::erase_if(name, [](char c) { return std::string_view(":*?\"<>|").find(c) != std::string_view::npos; });
  bool cut = false;
  cut_to(name, 200, cut);
  return trim(name).empty() || name == "." || name == ".." ? "attachment-" + std::to_string(number) : name;
}

std::string content_of(GMimePart* part) {
  auto* wrapper = g_mime_part_get_content(part);
  if (!wrapper) return {};
  const Held<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(wrapper, stream.get());
  const auto* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

struct Parts {
  std::string plain, html;
  bool has_plain = false;
};

void take_part(GMimeObject* object, Parts& parts, IncomingMail& mail) {
  if (!GMIME_IS_PART(object)) return;
  auto* part = GMIME_PART(object);
  auto* type = g_mime_object_get_content_type(object);
  const bool attached = g_mime_part_is_attachment(part) != 0 || g_mime_part_get_filename(part) != nullptr;
  if (GMIME_IS_TEXT_PART(object) && !attached) {
    const std::unique_ptr<char, FreeText> text(g_mime_text_part_get_text(GMIME_TEXT_PART(object)));
    const bool html = type && g_mime_content_type_is_type(type, "text", "html");
    auto& to = html ? parts.html : parts.plain;
    if (to.size() < text_most * 4)
      to += text_or_empty(text.get());
    else
      mail.cut = true;
    parts.has_plain = parts.has_plain || !html;
    return;
  }
  if (mail.files.size() >= static_cast<std::size_t>(files_most)) {
    mail.cut = true;
    return;
  }
  auto bytes = content_of(part);
  if (bytes.empty()) return;
  const std::unique_ptr<char, FreeText> name(type ? g_mime_content_type_get_mime_type(type) : nullptr);
  mail.files.push_back({file_name(g_mime_part_get_filename(part), static_cast<int>(mail.files.size()) + 1),
                        cleaned(text_or_empty(name.get()), false), std::move(bytes)});
}

}  // namespace

std::string text_of_html(std::string_view html) {
  std::string out;
  const auto folded = lower(html);
  for (std::size_t i = 0; i < html.size();) {
    if (html[i] == '<') {
      const auto tag = std::string_view(folded).substr(i + 1, 8);
      for (const auto* whole : {"script", "style"})
        if (tag.starts_with(whole)) {
          const auto end = folded.find(std::string("</") + whole, i);
          i = end == std::string::npos ? html.size() : end;
        }
      for (const auto* block : {"br", "p", "/p", "div", "/div", "tr", "li", "h"})
        if (i < html.size() && tag.starts_with(block)) {
          if (!out.ends_with('\n')) out += '\n';
          break;
        }
      const auto end = html.find('>', i);
      i = end == std::string_view::npos ? html.size() : end + 1;
    } else if (html[i] == '&') {
      static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> entities{
          {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}, {"&nbsp;", " "}, {"&#39;", "'"}}};
      const auto* found =
          std::ranges::find_if(entities, [&](const auto& e) { return html.substr(i).starts_with(e.first); });
      if (found != entities.end()) {
        out += found->second;
        i += found->first.size();
      } else {
        out += html[i++];
      }
    } else {
      out += html[i] == '\n' || html[i] == '\r' ? ' ' : html[i];
      ++i;
    }
  }
  return out;
}

Result<IncomingMail> read_mail(std::string_view bytes) {
  static std::once_flag ready;
  std::call_once(ready, [] { g_mime_init(); });
  if (bytes.size() > mail_most) return fail("notify.mail_unreadable", {{"reason", "too large"}});
  const Held<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Held<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Held<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message) return fail("notify.mail_unreadable", {{"reason", "not a mail"}});

  IncomingMail out;
  if (auto* from = g_mime_message_get_from(message.get()); from && internet_address_list_length(from) > 0)
    if (auto* first = internet_address_list_get_address(from, 0); INTERNET_ADDRESS_IS_MAILBOX(first)) {
      out.from =
          cleaned(text_or_empty(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first))), false);
      out.from_name = cleaned(text_or_empty(internet_address_get_name(first)), false);
    }
  const bool usable = out.from.find('@') != std::string::npos && out.from.size() <= 200 &&
                      out.from.find_first_of(" <>,;\"()") == std::string::npos;
  if (!usable) return fail("notify.mail_unreadable", {{"reason", "no sender"}});
  out.subject = cleaned(text_or_empty(g_mime_message_get_subject(message.get())), false);
  cut_to(out.subject, 900, out.cut);
  cut_to(out.from_name, 300, out.cut);
  out.message_id = cleaned(text_or_empty(g_mime_message_get_message_id(message.get())), false);
  cut_to(out.message_id, 500, out.cut);
  add_ids(header(message.get(), "In-Reply-To"), out.answers_to);
  add_ids(header(message.get(), "References"), out.answers_to);
  out.automatic = is_automatic(message.get(), out.from);

  Parts parts;
  auto* at = g_mime_part_iter_new(GMIME_OBJECT(message.get()));
  int seen = 0;
  do {
    if (++seen > parts_most) {
      out.cut = true;
      break;
    }
    if (auto* object = g_mime_part_iter_get_current(at)) take_part(object, parts, out);
  } while (g_mime_part_iter_next(at) != 0);
  g_mime_part_iter_free(at);
  out.text =
      cleaned(parts.has_plain && !trim(parts.plain).empty() ? parts.plain : text_of_html(parts.html), true);
  out.text = trim(without_quotation(std::move(out.text)));
  cut_to(out.text, text_most, out.cut);
  return out;
}

}  // namespace yagura::notify
