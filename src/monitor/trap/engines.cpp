#include "monitor/trap/engines.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/text.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::trap {
namespace {

std::unexpected<Error> invalid(const std::filesystem::path& file, std::size_t line) {
  return fail("monitor.trap_engines_invalid", {{"file", file.string()}, {"line", std::to_string(line)}});
}

bool number(std::string_view text, std::uint32_t& out) {
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  return bad == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Result<> replace_file(const std::filesystem::path& file, std::string_view content) {
  const auto fresh = std::filesystem::path(file).concat(".new");
  const auto failed = [&](int reason) {
    return fail("monitor.trap_spool_write", {{"file", file.string()}, {"reason", std::strerror(reason)}});
  };
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return failed(errno);
  const auto wrote = ::write(fd, content.data(), content.size());
  const int reason = wrote < 0 ? errno : ENOSPC;
  const bool good = wrote == static_cast<ssize_t>(content.size()) && ::fdatasync(fd) == 0;
  ::close(fd);
  if (!good) return failed(reason);
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failed(errno);
  const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

Result<std::vector<EngineState>> FileEngineStore::load() {
  std::vector<EngineState> engines;
  if (!std::filesystem::exists(file_)) return engines;
  YAGURA_TRY(const auto text, schema::read_file(file_));
  std::size_t line = 0;
  for (const auto row : split(text, '\n')) {
    ++line;
    if (row.empty()) continue;
    const auto fields = split(row, ' ');
    EngineState engine;
    const auto id = fields.size() == 3 ? from_hex(fields[0]) : Result<std::string>(fail("base.hex_invalid"));
    if (!id || !number(fields[1], engine.boots) || !number(fields[2], engine.time))
      return invalid(file_, line);
    engine.engine_id = *id;
    engines.push_back(std::move(engine));
  }
  return engines;
}

Result<> FileEngineStore::save(const std::vector<EngineState>& engines) {
  std::string text;
  for (const auto& engine : engines)
    text += to_hex(engine.engine_id) + " " + std::to_string(engine.boots) + " " +
            std::to_string(engine.time) + "\n";
  return replace_file(file_, text);
}

Result<snmp::LocalEngine> open_local_engine(const std::filesystem::path& file, const Clock& clock) {
  FileEngineStore store(file);
  YAGURA_TRY(auto kept, store.load());
  if (kept.size() > 1) return invalid(file, 2);
  if (kept.empty()) {
    // RFC 3411 SnmpEngineID: first bit set; enterprise 0 for want of one; format 5: octets of our own.
    std::string id("\x80\x00\x00\x00\x05", 5);
    std::array<char, 12> random{};
    YAGURA_ASSERT(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()));
    id.append(random.data(), random.size());
    kept.push_back({id, 0, 0});
  }
  auto& mine = kept.front();
  if (mine.boots < 0x7fffffff) ++mine.boots;
  YAGURA_CHECK(store.save(kept));
  return snmp::LocalEngine(mine.engine_id, mine.boots, clock.steady());
}

}  // namespace yagura::monitor::trap
