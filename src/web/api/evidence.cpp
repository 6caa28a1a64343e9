#include "web/api/evidence.hpp"

#include "base/text.hpp"
#include "monitor/watch/alert_store.hpp"
#include "schema/yaml.hpp"

namespace yagura::web {
namespace {

constexpr std::string_view limit_start = " (limit ";

std::string filled(std::string text, std::string_view name, std::string_view with) {
  if (const auto at = text.find(name); at != std::string::npos) text.replace(at, name.size(), with);
  return text;
}

}  // namespace

Result<Evidence> Evidence::load(const std::filesystem::path& file, const schema::Words& errors) {
  Evidence out(errors);
  YAGURA_TRY(const auto read, schema::read_yaml(file));
  for (const auto& [code, words] : read.members()) out.said_[code] = {words["ja"].text(), words["en"].text()};
  return out;
}

std::string Evidence::plain(const std::string& evidence) {
  return evidence.substr(0, evidence.find(monitor::watch::evidence_separator));
}

Value Evidence::words(const std::string& evidence) const {
  if (const auto apart = evidence.find(monitor::watch::evidence_separator); apart != std::string::npos)
    return text2(evidence.substr(0, apart), evidence.substr(apart + 1));
  // A code may be followed by the addresses it is about.
  const auto code = std::string_view(evidence).substr(0, evidence.find(' '));
  if (const auto known = said_.find(code); known != said_.end()) {
    const auto about = std::string(trim(std::string_view(evidence).substr(code.size())));
    if (about.empty()) return text2(known->second);
    return text2(known->second.ja + "（" + about + "）", known->second.en + " (" + about + ")");
  }
  if (errors_->entries().contains(evidence)) {
    const Error error{evidence, {}};
    return text2(errors_->say(error, schema::Language::ja).message,
                 errors_->say(error, schema::Language::en).message);
  }
  const auto limit = evidence.find(limit_start);
  const auto form = said_.find(std::string_view("limit"));
  if (limit == std::string::npos || form == said_.end() || !evidence.ends_with(')'))
    return text2(evidence, evidence);
  const auto value = std::string_view(evidence).substr(0, limit);
  auto bound = std::string_view(evidence).substr(limit + limit_start.size());
  bound.remove_suffix(1);
  return text2(filled(filled(form->second.ja, "{value}", value), "{limit}", bound),
               filled(filled(form->second.en, "{value}", value), "{limit}", bound));
}

}  // namespace yagura::web
