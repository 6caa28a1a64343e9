#include "web/server/language.hpp"

#include "base/text.hpp"
#include "web/server/headers.hpp"

namespace yagura::web {
namespace {

// Weight in thousandths of "q=0.8"; 1000 when absent, 0 when it cannot be read (RFC 9110 12.4.2).
int weight_of(std::string_view parameters) {
  for (const auto raw : split(parameters, ';')) {
    const auto parameter = trim(raw);
    if (parameter.size() < 2 || !same_name(parameter.substr(0, 2), "q=")) continue;
    const auto q = parameter.substr(2);
    if (q.empty() || q.size() > 5 || (q[0] != '0' && q[0] != '1') || (q.size() > 1 && q[1] != '.')) return 0;
    int weight = (q[0] - '0') * 1000;
    int place = 100;
    for (const char c : q.size() > 2 ? q.substr(2) : std::string_view{}) {
      if (c < '0' || c > '9') return 0;
      weight += (c - '0') * place;
      place /= 10;
    }
    return weight > 1000 ? 0 : weight;
  }
  return 1000;
}

bool is_language(std::string_view tag, std::string_view primary) {
  return same_name(tag.substr(0, primary.size()), primary) &&
         (tag.size() == primary.size() || tag[primary.size()] == '-');
}

}  // namespace

Language choose_language(std::string_view cookie, std::string_view accept_language) {
  if (cookie == "ja") return Language::ja;
  if (cookie == "en") return Language::en;
  int ja = 0;
  int en = 0;
  int ranges = 0;
  for (const auto raw : split(accept_language, ',')) {
    if (++ranges > 32) break;
    const auto range = trim(raw);
    const auto semicolon = range.find(';');
    const auto tag = trim(range.substr(0, semicolon));
    const int weight = semicolon == std::string_view::npos ? 1000 : weight_of(range.substr(semicolon + 1));
    if (is_language(tag, "ja")) ja = weight > ja ? weight : ja;
    if (is_language(tag, "en")) en = weight > en ? weight : en;
  }
  return en > ja ? Language::en : Language::ja;
}

}  // namespace yagura::web
