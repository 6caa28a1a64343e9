#include "log_search/export_file.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>

#include "base/text.hpp"
#include "document/archive.hpp"
#include "document/csv.hpp"
#include "document/xlsx_writer.hpp"

namespace yagura::log_search {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_in_cell = 32'767;  // Excel's

struct Freed {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// The rows as events.csv, summed as they come.
class Rows {
 public:
  Rows() { YAGURA_ASSERT(EVP_DigestInit_ex(sum_.get(), EVP_sha256(), nullptr) == 1); }
  Result<std::string> csv_of(const std::vector<std::string>& cells) {
    YAGURA_CHECK(writer_.row(cells));
    auto bytes = writer_.take();
    YAGURA_ASSERT(EVP_DigestUpdate(sum_.get(), bytes.data(), bytes.size()) == 1);
    return bytes;
  }
  std::string sha256() {
    const std::unique_ptr<EVP_MD_CTX, Freed> copy(EVP_MD_CTX_new());
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    YAGURA_ASSERT(EVP_MD_CTX_copy_ex(copy.get(), sum_.get()) == 1 &&
                  EVP_DigestFinal_ex(copy.get(), digest.data(), &length) == 1);
    return to_hex({reinterpret_cast<const char*>(digest.data()), length});
  }

 private:
  document::CsvWriter writer_;
  std::unique_ptr<EVP_MD_CTX, Freed> sum_{EVP_MD_CTX_new()};
};

class CsvFile final : public ExportFile {
 public:
  explicit CsvFile(fs::path path)
      : path_(std::move(path)), rows_path_(path_.string() + ".half"), out_(rows_path_, std::ios::binary) {}
  ~CsvFile() override {
    std::error_code ignored;
    fs::remove(rows_path_, ignored);
  }
  Result<void> row(const std::vector<std::string>& cells) override {
    YAGURA_TRY(const auto bytes, rows_.csv_of(cells));
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out_) return fail("log_search.file_not_written", {{"file", rows_path_.string()}});
    return {};
  }
  std::string sha256() override { return rows_.sha256(); }
  [[nodiscard]] std::int64_t cut_cells() const override { return 0; }
  Result<void> finish(const ProofLines& proof, const fs::path& seals) override {
    out_.close();
    if (!out_) return fail("log_search.file_not_written", {{"file", rows_path_.string()}});
    std::string text = "\xEF\xBB\xBF";
    for (const auto& [what, value] : proof) text += what + ": " + value + "\r\n";
    document::ZipWriter zip;
    zip.add_file("events.csv", rows_path_.string());
    zip.add("proof.txt", std::move(text));
    if (!seals.empty()) zip.add_file("seals.txt", seals.string());
    YAGURA_TRY(const auto bytes, zip.finish());
    return document::write_file(path_.string(), bytes);
  }

 private:
  fs::path path_, rows_path_;
  std::ofstream out_;
  Rows rows_;
};

class XlsxFile final : public ExportFile {
 public:
  XlsxFile(fs::path path, const document::Properties& properties)
      : path_(std::move(path)), book_(properties, true) {}
  Result<void> open() {
    YAGURA_TRY(rows_sheet_, book_.add_sheet("ログ Events", {.landscape = true, .header_rows = 1}));
    head_ = book_.style({.bold = true, .fill = 0xE8F1FE});
    plain_ = book_.style({});
    book_.width(rows_sheet_, 0, 0, 26);
    book_.width(rows_sheet_, 1, 60, 20);
    return {};
  }
  Result<void> row(const std::vector<std::string>& cells) override {
    YAGURA_CHECK(rows_.csv_of(cells));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (characters(cells[i]) > most_in_cell) ++cut_;
      book_.cell(rows_sheet_, row_, static_cast<int>(i), cells[i], row_ == 0 ? head_ : plain_);
    }
    ++row_;
    return {};
  }
  std::string sha256() override { return rows_.sha256(); }
  [[nodiscard]] std::int64_t cut_cells() const override { return cut_; }
  Result<void> finish(const ProofLines& proof, const fs::path&) override {
    YAGURA_TRY(const int sheet, book_.add_sheet("証明 Proof"));
    const int wrapped = book_.style({.wrap = true});
    book_.width(sheet, 0, 0, 34);
    book_.width(sheet, 1, 1, 90);
    for (int i = 0; i < std::ssize(proof); ++i) {
      book_.cell(sheet, i, 0, proof[static_cast<std::size_t>(i)].first, head_);
      book_.cell(sheet, i, 1, proof[static_cast<std::size_t>(i)].second, wrapped);
    }
    YAGURA_TRY(const auto bytes, book_.finish());
    return document::write_file(path_.string(), bytes);
  }

 private:
  fs::path path_;
  document::XlsxWriter book_;
  Rows rows_;
  int rows_sheet_ = 0, head_ = 0, plain_ = 0, row_ = 0;
  std::int64_t cut_ = 0;
};

}  // namespace

Result<std::unique_ptr<ExportFile>> ExportFile::begin(ExportFormat format, const fs::path& path,
                                                      const document::Properties& properties) {
  if (format == ExportFormat::csv) return std::make_unique<CsvFile>(path);
  auto file = std::make_unique<XlsxFile>(path, properties);
  YAGURA_CHECK(file->open());
  return file;
}

}  // namespace yagura::log_search
