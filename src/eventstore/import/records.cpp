#include "eventstore/import/records.hpp"

#include <iconv.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.hpp"

namespace yagura::eventstore {

// The file's bytes, decompressed; UTF-16 becomes UTF-8 here, because its line breaks cannot be found before.
class RecordReader::Bytes {
 public:
  Bytes(std::filesystem::path file, bool utf16)
      : file_(std::move(file)), gz_(::gzopen(file_.c_str(), "rb")), utf16_(utf16) {
    if (gz_) ::gzbuffer(gz_, 256U << 10U);
  }
  Bytes(const Bytes&) = delete;
  ~Bytes() {
    if (gz_) ::gzclose_r(gz_);
    if (converter_ != none) ::iconv_close(converter_);
  }
  [[nodiscard]] bool open() const { return gz_ != nullptr; }
  [[nodiscard]] std::uint64_t read() const {
    return static_cast<std::uint64_t>(std::max<long>(0, ::gzoffset(gz_)));
  }

  // Appends some; false at the end.
  Result<bool> append(std::string& to) {
    std::array<char, 64U << 10U> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into
    const int got = ::gzread(gz_, piece.data(), piece.size());
    int code = Z_OK;
    const char* reason = ::gzerror(gz_, &code);
    // A gzip that was cut off gives what it has and says so only here.
    if (got < 0 || code != Z_OK)
      return fail("eventstore.import_unreadable",
                  {{"file", file_.string()}, {"reason", code == Z_ERRNO ? std::strerror(errno) : reason}});
    if (got == 0) {
      if (!half_.empty()) to += "\xEF\xBF\xBD";
      half_.clear();
      return false;
    }
    if (utf16_)
      convert({piece.data(), static_cast<std::size_t>(got)}, to);
    else
      to.append(piece.data(), static_cast<std::size_t>(got));
    return true;
  }

 private:
  void convert(std::string_view bytes, std::string& to) {
    half_ += bytes;
    if (converter_ == none) {
      if (half_.size() < 2) return;
      const bool big = half_.starts_with("\xFE\xFF");
      if (big || half_.starts_with("\xFF\xFE")) half_.erase(0, 2);
      converter_ = ::iconv_open("UTF-8", big ? "UTF-16BE" : "UTF-16LE");
    }
    std::string out(half_.size() * 2 + 8, '\0');
    char* in_at = half_.data();
    char* out_at = out.data();
    std::size_t in_left = half_.size(), out_left = out.size();
    while (in_left > 1 &&
           ::iconv(converter_, &in_at, &in_left, &out_at, &out_left) == static_cast<std::size_t>(-1)) {
      if (errno != EILSEQ || in_left < 2 || out_left < 3) break;  // EINVAL: the rest is still to come
      std::memcpy(out_at, "\xEF\xBF\xBD", 3);
      out_at += 3;
      out_left -= 3;
      in_at += 2;
      in_left -= 2;
    }
    to.append(out.data(), out.size() - out_left);
    half_.erase(0, half_.size() - in_left);
  }

  static inline const iconv_t none = reinterpret_cast<iconv_t>(-1);  // NOLINT
  std::filesystem::path file_;
  gzFile gz_;
  bool utf16_;
  iconv_t converter_ = none;
  std::string half_;
};

RecordReader::RecordReader(std::unique_ptr<Bytes> bytes, const Options& options)
    : bytes_(std::move(bytes)), options_(options) {}
RecordReader::RecordReader(RecordReader&&) noexcept = default;
RecordReader::~RecordReader() = default;

std::uint64_t RecordReader::read() const { return bytes_->read(); }

Result<RecordReader> RecordReader::open(const std::filesystem::path& file, const Options& options) {
  errno = 0;
  auto bytes = std::make_unique<Bytes>(file, options.encoding == TextEncoding::utf16);
  if (!bytes->open())
    return fail("eventstore.import_unreadable", {{"file", file.string()}, {"reason", std::strerror(errno)}});
  RecordReader out(std::move(bytes), options);
  YAGURA_CHECK(out.more());
  if (out.waiting_.starts_with("\xEF\xBB\xBF")) out.at_ = 3;
  return out;
}

Result<bool> RecordReader::more() {
  waiting_.erase(0, at_);
  at_ = 0;
  YAGURA_TRY(const bool any, bytes_->append(waiting_));
  ended_ = !any;
  return any;
}

Result<bool> RecordReader::next(Record& record) {
  // No byte of a character of Windows-31J or UTF-8 is a quotation mark or a line break.
  const bool quotes = options_.form == RecordForm::csv;
  bool quoted = false;
  std::size_t first_break = std::string::npos;
  for (std::size_t i = 0;; ++i) {
    if (at_ + i >= waiting_.size() || i >= most_record) {
      if (i < most_record && !ended_) {
        YAGURA_CHECK(more());  // what waits begins at 0 then
        --i;
        continue;
      }
      if (i == 0) return false;
      // A mark that belongs to no pair costs its line alone.
      if (quoted && first_break != std::string::npos)
        return give(record, first_break, first_break + 1, "quote_open");
      const bool goes_on = at_ + i < waiting_.size() || !ended_;
      const std::string_view fault = goes_on || in_long_ ? "too_long" : quoted ? "quote_open" : "";
      in_long_ = goes_on;
      return give(record, i, i, fault);
    }
    const char c = waiting_[at_ + i];
    if (quotes && c == '"') quoted = !quoted;
    if (c != '\n' && c != '\r') continue;
    if (quoted) {
      first_break = std::min(first_break, i);
      continue;
    }
    const std::string_view fault = std::exchange(in_long_, false) ? "too_long" : "";
    if (i > 0) return give(record, i, i + 1, fault);
    ++at_;
    i = static_cast<std::size_t>(-1);
  }
}

bool RecordReader::give(Record& record, std::size_t length, std::size_t behind, std::string_view fault) {
  record = {++number_, std::string_view(waiting_).substr(at_, length), {}, fault};
  at_ += behind;
  if (fault.empty()) cut(record, record.raw);
  return true;
}

void RecordReader::cut(Record& record, std::string_view raw) {
  std::string text;
  if (options_.encoding == TextEncoding::cp932) {
    auto converted = from_cp932(raw);
    if (!converted) {
      record.fault = "encoding";
      return;
    }
    text = std::move(*converted);
  } else if (!is_utf8(raw)) {
    record.fault = "encoding";
    return;
  } else {
    text = raw;
  }
  if (options_.form == RecordForm::jsonl) {
    record.cells.push_back(std::move(text));
    return;
  }
  std::string cell;
  for (std::size_t i = 0;; ++i) {
    if (i < text.size() && text[i] == '"' && cell.empty()) {
      for (++i; i < text.size(); ++i) {
        if (text[i] != '"') {
          cell += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          cell += '"';
          ++i;
        } else {
          break;
        }
      }
      ++i;
      if (i < text.size() && text[i] != options_.delimiter) {
        record.fault = "quote_inside";
        record.cells.clear();
        return;
      }
    }
    if (i >= text.size() || text[i] == options_.delimiter) {
      record.cells.push_back(std::exchange(cell, {}));
      if (i >= text.size()) return;
      continue;
    }
    cell += text[i];
  }
}

}  // namespace yagura::eventstore
