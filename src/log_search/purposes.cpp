#include "log_search/purposes.hpp"

#include "base/text.hpp"

namespace yagura::log_search {

using store::Row;
using store::Session;

Result<std::optional<Purpose>> Purposes::current(std::string_view contract, Id account) {
  std::optional<Purpose> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query("SELECT said, until FROM log_purpose WHERE contract = $1 AND account = $2 AND until > $3",
                   contract, account, clock_.now(),
                   [&](const Row& row) { out = Purpose{row.string(0), row.time(1)}; });
  }));
  return out;
}

Result<Purpose> Purposes::state(std::string_view contract, Id account, std::string_view said) {
  said = trim(said);
  if (!is_utf8(said) || characters(said) < least || characters(said) > most)
    return fail("log_search.purpose_invalid",
                {{"least", std::to_string(least)}, {"most", std::to_string(most)}});
  Purpose out{std::string(said), clock_.now() + kept_for};
  YAGURA_CHECK(database_.write([&](Session& s) {
    return s.exec(
        "INSERT INTO log_purpose (contract, account, said, until) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (contract, account) DO UPDATE SET said = excluded.said, until = excluded.until",
        contract, account, out.said, out.until);
  }));
  return out;
}

Result<void> Purposes::end(std::string_view contract, Id account) {
  YAGURA_CHECK(database_.write([&](Session& s) {
    return s.exec("DELETE FROM log_purpose WHERE contract = $1 AND account = $2", contract, account);
  }));
  return {};
}

}  // namespace yagura::log_search
