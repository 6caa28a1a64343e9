#include "desk/notice.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "calendar/day_count.hpp"

namespace yagura::desk {

namespace {

using calendar::Words;

Words severity_words(std::string_view severity) {
  static constexpr std::array<std::pair<std::string_view, std::pair<const char*, const char*>>, 5> words{{
      {"critical", {"重大", "critical"}},
      {"major", {"重要", "major"}},
      {"minor", {"軽微", "minor"}},
      {"warning", {"注意", "warning"}},
      {"info", {"情報", "info"}},
  }};
  const auto* found = std::ranges::find(words, severity, [](const auto& entry) { return entry.first; });
  if (found == words.end()) return {std::string(severity), std::string(severity)};
  return {found->second.first, found->second.second};
}

}  // namespace

notify::Message notice_of(const Incident& i, const Words& contract, const Words& next_clock) {
  const auto severity = severity_words(i.severity);
  std::string ja = contract.ja + "\n\nインシデント " + i.number + "\n", en = "Incident " + i.number + "\n";
  const auto line = [&](const Words& name, const Words& value) {
    if (value.ja.empty()) return;
    ja += name.ja + "：" + value.ja + "\n";
    en += name.en + ": " + value.en + "\n";
  };
  const auto plain = [](const std::string& text) { return Words{text, text}; };
  line({"内容", "What"}, {i.title, i.title_en.empty() ? i.title : i.title_en});
  line({"重要度", "Severity"}, severity);
  line({"検知", "Detected"}, calendar::civil_words(i.detected_at));
  line({"機器", "Device"}, plain(i.place.device_name));
  line({"拠点", "Site"}, plain(i.place.site_name));
  if (i.next_due)
    line({"次の期限（" + next_clock.ja + "）", "Next deadline (" + next_clock.en + ")"},
         calendar::civil_words(*i.next_due));
  return {"[" + i.number + "] 【" + severity.ja + "】" + i.title, ja + "\n" + en};
}

}  // namespace yagura::desk
