#include <cstdlib>

#include "store/backup_rows.hpp"

namespace {

// Gives the cells back as a row, so that what was read can be written again.
class CellRow final : public yagura::store::Row {
 public:
  explicit CellRow(const std::vector<yagura::store::Cell>& cells) : cells_(cells) {}
  bool is_null(int c) const override { return std::holds_alternative<std::nullptr_t>(at(c).value); }
  std::int64_t integer(int c) const override { return std::get<std::int64_t>(at(c).value); }
  double real(int c) const override { return std::get<double>(at(c).value); }
  std::string_view text(int c) const override { return at(c).owned; }
  std::string_view bytes(int c) const override { return at(c).owned; }
  int columns() const override { return static_cast<int>(cells_.size()); }
  std::string_view name(int) const override { return {}; }

 private:
  const yagura::store::Cell& at(int c) const { return cells_[static_cast<std::size_t>(c)]; }
  const std::vector<yagura::store::Cell>& cells_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::store;
  const BackupTable table{"t", {{"i", "integer"}, {"r", "real"}, {"t", "text"}, {"b", "bytes"}}, 0, ""};
  std::string_view lines(reinterpret_cast<const char*>(data), size);
  const auto once = decode_line(lines.substr(0, lines.find('\n')), table.columns);
  if (!once) return 0;
  std::string written;
  append_line(written, CellRow(*once), table);
  const auto again = decode_line(std::string_view(written).substr(0, written.size() - 1), table.columns);
  if (!again) std::abort();
  std::string twice;
  append_line(twice, CellRow(*again), table);
  if (twice != written) std::abort();
  return 0;
}
