#include "log_search/looks.hpp"

namespace yagura::log_search {

namespace {

schema::Value texts(const std::vector<std::string>& list) {
  auto out = schema::Value::array();
  for (const auto& one : list) out.push(schema::Value(one));
  return out;
}

std::string key_of(const Look& look) {
  std::string out = look.contract + '\0' + std::to_string(look.by.account) + '\0' + look.by.origin + '\0' +
                    look.purpose + '\0' + look.text;
  for (const auto& kind : look.kinds) out += '\0' + kind;
  return out;
}

}  // namespace

Result<void> Looks::note(const Look& look) {
  const auto key = key_of(look);
  const auto now = clock_.steady();
  const bool known = noted_.with([&](auto& noted) {
    const auto found = noted.find(key);
    return found != noted.end() && now - found->second < bundled_for;
  });
  if (known) return {};
  YAGURA_CHECK(database_.write([&](store::Session& s) {
    return journal_.append(s, {look.contract, look.by, "log.searched", "logs",
                               schema::Value::object({{"query", look.meaning},
                                                      {"kinds", texts(look.kinds)},
                                                      {"whose", texts(look.whose)},
                                                      {"purpose", look.purpose}})});
  }));
  noted_.with([&](auto& noted) {
    if (noted.size() >= remembered)
      std::erase_if(noted, [&](const auto& one) { return now - one.second >= bundled_for; });
    if (noted.size() >= remembered) noted.clear();  // forgetting costs an entry more, never one less
    noted[key] = now;
  });
  return {};
}

}  // namespace yagura::log_search
