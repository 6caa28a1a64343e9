#include "yagura/check_commands.hpp"

#include <unistd.h>

#include <functional>

#include "monitor/mib/library.hpp"
#include "monitor/poll/profile.hpp"
#include "monitor/trap/kinds.hpp"
#include "schema/shape.hpp"
#include "schema/words.hpp"
#include "yagura/arguments.hpp"
#include "yagura/database_command.hpp"
#include "yagura/folders.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;
namespace mib = monitor::mib;
namespace trap = monitor::trap;

namespace {

struct Found {
  std::string file;
  std::uint32_t line = 0;
  std::string path;  // inside a YAML file
  bool remark = false;
  Error error;
};
using Check = std::function<Result<std::vector<Found>>(const fs::path& file, std::size_t index)>;

void print(std::ostream& out, const Found& fault, const schema::Words& words) {
  const auto language = spoken_language();
  const auto said = words.say(fault.error, language);
  out << fault.file;
  if (fault.line > 0) out << ":" << fault.line;
  out << ": ";
  if (fault.remark) out << (language == schema::Language::ja ? "注意: " : "remark: ");
  if (!fault.path.empty()) out << fault.path << ": ";
  out << said.message << "\n";
  if (!said.advice.empty()) out << "  → " << said.advice << "\n";
}

Result<int> check_files(const Arguments& given, std::ostream& out, const Check& check) {
  YAGURA_TRY(const auto verb, given.word(0, "check"));
  if (verb != "check") return fail("apps.word_unexpected", {{"word", verb}});
  YAGURA_CHECK(given.word(1, "FILE"));
  YAGURA_TRY(const auto words, schema::Words::load(share_folder() / "errors"));
  int code = 0;
  for (std::size_t i = 1; auto file = given.word(i, "FILE"); ++i) {
    std::error_code ec;
    std::vector<Found> faults;
    if (!fs::is_regular_file(*file, ec)) {
      faults.push_back({*file, 0, "", false, {"apps.file_missing", {{"file", *file}}}});
    } else {
      YAGURA_TRY(faults, check(*file, i));
    }
    bool bad = false;
    for (const auto& fault : faults) {
      print(out, fault, words);
      bad = bad || !fault.remark;
    }
    if (bad)
      code = exit_failed;
    else
      out << *file << ": OK\n";
  }
  return code;
}

fs::path mib_folder(const Arguments& given) {
  return given.has("mibs") ? fs::path(given.get("mibs")) : share_folder() / "mibs";
}

// Kinds are loaded by folder, and may name kinds of the catalogue: each file is loaded as the only one of a
// further folder.
class OwnFolder {
 public:
  static Result<std::unique_ptr<OwnFolder>> with(const fs::path& file, std::size_t index) {
    auto self = std::make_unique<OwnFolder>();
    std::error_code ec;
    self->path_ = fs::temp_directory_path(ec) /
                  ("yagura-check-" + std::to_string(::getpid()) + "-" + std::to_string(index));
    if (!ec && fs::create_directory(self->path_, ec))
      fs::create_symlink(fs::absolute(file), self->inside(file), ec);
    if (ec) return fail("apps.file_not_written", {{"file", self->path_.string()}});
    return self;
  }
  OwnFolder() = default;
  OwnFolder(const OwnFolder&) = delete;
  ~OwnFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] fs::path inside(const fs::path& file) const { return path_ / file.filename(); }

 private:
  fs::path path_;
};

int finish(const Result<int>& code, std::ostream& err) {
  return code ? *code : report_error(err, code.error());
}

constexpr std::size_t most_files = 10'000;

}  // namespace

int run_mib(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const auto run = [&]() -> Result<int> {
    YAGURA_TRY(const auto given, Arguments::parse(args, {"mibs"}, {}, most_files));
    return check_files(given, out, [&](const fs::path& file, std::size_t) -> Result<std::vector<Found>> {
      std::vector<Found> faults;
      for (auto& fault : mib::check(file, {mib_folder(given)}))
        faults.push_back({fault.file, fault.line, "", !fault.fatal, std::move(fault.error)});
      return faults;
    });
  };
  return finish(run(), err);
}

int run_profile(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const auto run = [&]() -> Result<int> {
    YAGURA_TRY(const auto given, Arguments::parse(args, {}, {}, most_files));
    return check_files(given, out, [](const fs::path& file, std::size_t) -> Result<std::vector<Found>> {
      std::vector<Found> faults;
      for (auto& fault : monitor::poll::check_profile(file).faults)
        faults.push_back({file.string(), static_cast<std::uint32_t>(std::max(0, fault.line)), fault.path,
                          false, std::move(fault.error)});
      return faults;
    });
  };
  return finish(run(), err);
}

int run_trap(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const auto run = [&]() -> Result<int> {
    YAGURA_TRY(const auto given, Arguments::parse(args, {"mibs"}, {}, most_files));
    const auto library = mib::Library::load({mib_folder(given)});
    return check_files(
        given, out, [&](const fs::path& file, std::size_t index) -> Result<std::vector<Found>> {
          if (file.extension() != ".yaml")
            return std::vector<Found>{
                {file.string(), 0, "", false, {"apps.kind_file_name", {{"file", file.string()}}}}};
          YAGURA_TRY(const auto folder, OwnFolder::with(file, index));
          const auto loaded =
              trap::KindSet::load({share_folder() / "traps" / "kinds", folder->path()}, library);
          std::vector<Found> faults;
          for (const auto& fault : loaded.faults) {
            if (!fs::path(fault.file).string().starts_with(folder->path().string())) continue;
            Found found{file.string(), static_cast<std::uint32_t>(std::max(0, fault.line)), "", false,
                        fault.error};
            for (auto& [name, value] : found.error.args)
              if (name == "file") value = file.string();
            faults.push_back(std::move(found));
          }
          return faults;
        });
  };
  return finish(run(), err);
}

}  // namespace yagura::apps
