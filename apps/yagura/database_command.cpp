#include "yagura/database_command.hpp"

#include "yagura/arguments.hpp"
#include "yagura/folders.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;

fs::path sqlite_file(const std::string& address) {
  constexpr std::string_view scheme = "sqlite:";
  return address.starts_with(scheme) ? fs::path(address.substr(scheme.size())) : fs::path();
}

Result<std::unique_ptr<store::Database>> open_existing(const std::string& address) {
  const auto file = sqlite_file(address);
  std::error_code ec;
  if (!file.empty() && !fs::exists(file, ec)) return fail("apps.database_missing", {{"file", file.string()}});
  return store::Database::open(address);
}

Result<std::unique_ptr<journal::Journal>> open_journal(const Clock& clock) {
  YAGURA_TRY(auto kinds, journal::load_kinds(share_folder() / "journal" / "kinds.yaml"));
  return std::make_unique<journal::Journal>(clock, std::move(kinds));
}

journal::Actor console() { return {0, "yagura", "console"}; }

Result<std::vector<std::string>> chains_of(store::Session& session) {
  std::vector<std::string> out;
  YAGURA_CHECK(session.query("SELECT DISTINCT chain FROM journal ORDER BY chain",
                             [&](const store::Row& row) { out.push_back(row.string(0)); }));
  return out;
}

std::string shown_chain(const std::string& chain) { return chain.empty() ? "installation" : chain; }

int report_error(std::ostream& err, const Error& error) {
  print_error(err, error);
  return error.code.starts_with("apps.option_") || error.code == "apps.word_unexpected" ? exit_misused
                                                                                        : exit_failed;
}

}  // namespace yagura::apps
