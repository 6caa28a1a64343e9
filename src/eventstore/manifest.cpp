#include "eventstore/manifest.hpp"

#include <algorithm>
#include <charconv>

#include "eventstore/coding.hpp"
#include "eventstore/file.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::string_view title = "yagura events 2";

std::unexpected<Error> damaged(const std::string& what) {
  return fail("eventstore.damaged", {{"reason", "manifest: " + what}});
}

// The words of a line, taken one by one; a number that is none spoils the line.
class Words {
 public:
  explicit Words(std::string_view line) : left_(line) {}
  std::string_view word() {
    const auto end = std::min(left_.find(' '), left_.size());
    const auto out = left_.substr(0, end);
    left_.remove_prefix(std::min(end + 1, left_.size()));
    bad_ = bad_ || out.empty();
    return out;
  }
  // "-" stands for nothing.
  std::string name() {
    const auto out = word();
    if (out == "-") return {};
    auto name = from_word(out);
    bad_ = bad_ || !name;
    return std::move(name).value_or("");
  }
  template <class T>
  void number(T& out) {
    const auto text = word();
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
    bad_ = bad_ || code != std::errc() || end != text.data() + text.size();
  }
  // How many, and each.
  void numbers(std::vector<std::uint64_t>& out) {
    std::size_t count = 0;
    number(count);
    for (; count > 0 && !bad_; --count) number(out.emplace_back());
  }
  [[nodiscard]] bool bad() const { return bad_ || !left_.empty(); }

 private:
  std::string_view left_;
  bool bad_ = false;
};

std::string or_dash(const std::string& name) { return name.empty() ? "-" : as_word(name); }

std::string in_words(const std::vector<std::uint64_t>& numbers) {
  auto out = std::to_string(numbers.size());
  for (const auto one : numbers) out += ' ' + std::to_string(one);
  return out;
}

template <class... T>
void line(std::string& out, std::string_view what, const T&... words) {
  out += what;
  const auto add = [&](const auto& word) {
    out += ' ';
    if constexpr (std::is_arithmetic_v<std::decay_t<decltype(word)>>)
      out += std::to_string(word);
    else
      out += word;
  };
  (add(words), ...);
  out += '\n';
}

}  // namespace

std::string as_word(std::string_view name) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : name) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c == '-' && name != "-")) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

std::optional<std::string> from_word(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '%') {
      out += word[i];
      continue;
    }
    unsigned byte = 0;
    const auto* const end = word.data() + std::min(i + 3, word.size());
    const auto [at, code] = std::from_chars(word.data() + i + 1, end, byte, 16);
    if (code != std::errc() || at != word.data() + i + 3) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  // One word for each name, so that no path leads elsewhere.
  return as_word(out) == word && !out.empty() ? std::optional(std::move(out)) : std::nullopt;
}

std::string write_manifest(const Manifest& m) {
  std::string out;
  line(out, title);
  line(out, "next", m.next_segment, m.first_log);
  for (const auto& s : m.segments)
    line(out, "segment", s.number, as_word(s.contract), as_word(s.kind), s.month, static_cast<int>(s.merged),
         s.rows, s.bytes, s.first_time, s.last_time, s.first_day, s.last_day, in_words(s.learned));
  for (const auto& h : m.holds)
    line(out, "hold", as_word(h.id), as_word(h.contract), or_dash(h.kind), h.from, h.to);
  line(out, "end", checksum(out));
  return out;
}

Result<Manifest> read_manifest(std::string_view text) {
  const auto end = text.rfind("end ");
  if (!text.ends_with('\n') || end == std::string_view::npos) return damaged("its end is not there");
  Words last(text.substr(end + 4, text.size() - end - 5));
  std::uint64_t sum = 0;
  last.number(sum);
  if (last.bad() || sum != checksum(text.substr(0, end))) return damaged("its checksum does not match");
  text = text.substr(0, end);
  Manifest out;
  for (std::size_t number = 0; !text.empty(); ++number) {
    const auto length = text.find('\n');
    if (length == std::string_view::npos) return damaged("its last line is cut off");
    const auto whole = text.substr(0, length);
    text.remove_prefix(length + 1);
    if (number == 0) {
      if (whole != title) return damaged("written by another version");
      continue;
    }
    Words words(whole);
    const auto what = words.word();
    if (what == "next") {
      words.number(out.next_segment);
      words.number(out.first_log);
    } else if (what == "segment") {
      SegmentEntry s;
      int merged = 0;
      words.number(s.number);
      s.contract = words.name();
      s.kind = words.name();
      words.number(s.month);
      words.number(merged);
      s.merged = merged != 0;
      for (auto* field : {&s.rows, &s.bytes, &s.first_time, &s.last_time, &s.first_day, &s.last_day})
        words.number(*field);
      words.numbers(s.learned);
      out.segments.push_back(std::move(s));
    } else if (what == "hold") {
      Hold h;
      h.id = words.name();
      h.contract = words.name();
      h.kind = words.name();
      words.number(h.from);
      words.number(h.to);
      out.holds.push_back(std::move(h));
    } else {
      return damaged("line " + std::to_string(number + 1) + " is not known");
    }
    if (words.bad()) return damaged("line " + std::to_string(number + 1));
  }
  return out;
}

Result<Manifest> load_manifest(const std::filesystem::path& folder) {
  const auto path = folder / "manifest";
  if (!std::filesystem::exists(path)) return Manifest();
  YAGURA_TRY(const auto in, InFile::open(path));
  std::string text;
  YAGURA_CHECK(in.read(0, static_cast<std::size_t>(in.size()), text));
  return read_manifest(text);
}

Result<void> save_manifest(const std::filesystem::path& folder, const Manifest& manifest) {
  const auto fresh = folder / "manifest.new";
  YAGURA_TRY(auto out, OutFile::create(fresh));
  YAGURA_CHECK(out.append(write_manifest(manifest)));
  YAGURA_CHECK(out.sync());
  std::error_code failed;
  std::filesystem::rename(fresh, folder / "manifest", failed);
  if (failed) return file_error(fresh, failed.value());
  return sync_folder(folder);
}

std::filesystem::path segment_file(const std::filesystem::path& folder, const SegmentEntry& entry) {
  return folder / "segments" / as_word(entry.contract) / as_word(entry.kind) / std::to_string(entry.month) /
         (std::to_string(entry.number) + ".seg");
}

}  // namespace yagura::eventstore
