#include "monitor/syslog/header.hpp"

#include <algorithm>
#include <array>

#include "monitor/syslog/device_time.hpp"

namespace yagura::monitor::syslog {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_host(std::string_view token) {
  return !token.empty() && token.size() <= 255 && token.back() != ':' &&
         std::ranges::all_of(token, [](char c) {
           return letter(c) || digit(c) || c == '.' || c == '-' || c == '_' || c == ':';
         });
}

std::string_view without_spaces(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

void take_priority(std::string_view& line, Header& out) {
  if (line.size() < 3 || line[0] != '<') return;
  int value = 0;
  std::size_t n = 1;
  while (n < 4 && n < line.size() && digit(line[n])) value = value * 10 + (line[n++] - '0');
  if (n == 1 || n >= line.size() || line[n] != '>' || value > 191) return;
  out.facility = value / 8;
  out.severity = value % 8;
  line.remove_prefix(n + 1);
}

// One word up to a space, "-" as nothing; false at the end of the line.
bool take_word(std::string_view& line, std::string_view& out) {
  const auto space = line.find(' ');
  if (space == 0) return false;
  out = line.substr(0, space);
  if (out == "-") out = {};
  line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
  return true;
}

// Length of the elements at the front, or 0 when they are not well formed.
std::size_t structured_data_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] == '[') {
    bool quoted = false;
    for (++at;; ++at) {
      if (at >= text.size()) return 0;
      if (quoted && text[at] == '\\')
        ++at;
      else if (text[at] == '"')
        quoted = !quoted;
      else if (!quoted && text[at] == ']')
        break;
    }
    ++at;
  }
  return at;
}

bool read_5424(std::string_view line, Time received, std::chrono::minutes offset, Header& out) {
  if (line.size() < 3 || line[0] != '1' || line[1] != ' ') return false;
  line.remove_prefix(2);
  Header made = out;
  std::string_view stamp;
  if (!take_word(line, stamp)) return false;
  if (!stamp.empty()) {
    if (stamp.size() < 19 || stamp[4] != '-') return false;
    made.at = read_time(stamp, received, offset);
    if (!made.at) return false;
  }
  if (!take_word(line, made.host) || !take_word(line, made.app) || !take_word(line, made.pid) ||
      !take_word(line, made.message_id))
    return false;
  made.layout = Header::Layout::rfc5424;
  if (line == "-" || line.starts_with("- ")) {
    line.remove_prefix(std::min<std::size_t>(2, line.size()));
  } else if (const auto length = structured_data_length(line);
             length > 0 && (length == line.size() || line[length] == ' ')) {
    made.structured_data = line.substr(0, length);
    line.remove_prefix(std::min(length + 1, line.size()));
  }
  if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  made.content = made.message = line;
  out = made;
  return true;
}

// The stamp at the front with Cisco's mark, or nothing.
std::optional<Stamp> marked_stamp(std::string_view line, Time received, std::chrono::minutes offset) {
  const std::size_t mark = line.starts_with('*') || line.starts_with('.') ? 1 : 0;
  auto stamp = read_stamp(line.substr(mark), received, offset);
  if (stamp) stamp->length += mark;
  return stamp;
}

// "123: ", "router: ", both, or nothing, before a stamp.
std::optional<Stamp> stamp_behind_names(std::string_view& line, Time received, std::chrono::minutes offset,
                                        Header& out) {
  if (auto stamp = marked_stamp(line, received, offset)) return stamp;
  auto rest = line;
  std::string_view sequence, host;
  for (int names = 0; names < 3; ++names) {
    const auto colon = rest.substr(0, 256).find(": ");
    if (colon == std::string_view::npos) return std::nullopt;
    const auto name = rest.substr(0, colon);
    if (!name.empty() && std::ranges::all_of(name, digit))
      sequence = name;
    else if (is_host(name))
      host = name;
    else
      return std::nullopt;
    rest = without_spaces(rest.substr(colon + 2));
    const auto stamp = marked_stamp(rest, received, offset);
    if (!stamp) continue;
    out.sequence = sequence;
    out.host = host;
    line = rest;
    return stamp;
  }
  return std::nullopt;
}

// "sshd[123]: ", "app: " and "app[1] "; a colon without a space is no tag ("CEF:0|").
void take_tag(Header& out) {
  out.message = out.content;
  const auto text = out.content;
  std::size_t n = 0;
  while (n < text.size() && n < 64 &&
         (letter(text[n]) || digit(text[n]) ||
          std::string_view("_./()@+-").find(text[n]) != std::string_view::npos))
    ++n;
  if (n == 0 || n >= text.size()) return;
  std::size_t end = n;
  std::string_view pid;
  if (text[n] == '[') {
    const auto close = text.substr(0, n + 24).find(']', n);
    if (close == std::string_view::npos) return;
    pid = text.substr(n + 1, close - n - 1);
    if (pid.empty() || !std::ranges::all_of(pid, digit)) return;
    end = close + 1;
    if (end < text.size() && text[end] != ':' && text[end] != ' ') return;
  } else if (text[n] != ':') {
    return;
  }
  if (end < text.size() && text[end] == ':') ++end;
  if (end < text.size() && text[end] != ' ') return;
  out.app = text.substr(0, n);
  out.pid = pid;
  out.message = text.substr(std::min(end + 1, text.size()));
}

}  // namespace

Header read_header(std::string_view line, Time received, std::chrono::minutes offset) {
  while (!line.empty() && (line.back() == '\0' || line.back() == '\n' || line.back() == '\r'))
    line.remove_suffix(1);
  Header out;
  take_priority(line, out);
  if (out.severity >= 0 && read_5424(line, received, offset, out)) return out;
  auto rest = without_spaces(line);
  const auto stamp = stamp_behind_names(rest, received, offset, out);
  if (!stamp) {
    // Without a time the first word may be anything: it is not taken for a host.
    out.content = line;
    take_tag(out);
    return out;
  }
  out.layout = Header::Layout::rfc3164;
  out.at = stamp->at;
  rest.remove_prefix(stamp->length);
  if (rest.starts_with(':')) {  // Cisco: the message follows
    out.content = without_spaces(rest.substr(1));
    take_tag(out);
    return out;
  }
  rest = without_spaces(rest);
  const auto space = rest.find(' ');
  if (out.host.empty() && space != std::string_view::npos && is_host(rest.substr(0, space))) {
    out.host = rest.substr(0, space);
    rest = without_spaces(rest.substr(space));
    if (rest.starts_with(": ")) rest = without_spaces(rest.substr(2));  // ASA: "host : %ASA-"
  }
  out.content = rest;
  take_tag(out);
  return out;
}

std::string_view facility_name(int facility) {
  static constexpr std::array<std::string_view, 24> names{
      "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
      "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
      "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
  return facility < 0 || facility > 23 ? std::string_view() : names[static_cast<std::size_t>(facility)];
}

std::string_view severity_name(int severity) {
  static constexpr std::array<std::string_view, 8> names{"emergency", "alert",  "critical", "error",
                                                         "warning",   "notice", "info",     "debug"};
  return severity < 0 || severity > 7 ? std::string_view() : names[static_cast<std::size_t>(severity)];
}

}  // namespace yagura::monitor::syslog
