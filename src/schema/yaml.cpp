#include "schema/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <unordered_set>

#include "base/text.hpp"

namespace yagura::schema {

namespace {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_nodes = 200'000;

struct Refused {
  int line;
  std::string reason;
};

// The core schema's reading of a plain scalar.
Value scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return {};
  if (text == "true" || text == "True" || text == "TRUE") return Value(true).written_as(text);
  if (text == "false" || text == "False" || text == "FALSE") return Value(false).written_as(text);
  const char* first = text.data();
  const char* last = first + text.size();
  const bool digits =
      (*first >= '0' && *first <= '9') || ((*first == '-' || *first == '.') && text.size() > 1);
  if (!digits) return Value(text);
  std::int64_t integer = 0;
  if (auto [end, ec] = std::from_chars(first, last, integer); ec == std::errc{} && end == last)
    return Value(integer).written_as(text);
  double real = 0;
  if (auto [end, ec] = std::from_chars(first, last, real); ec == std::errc{} && end == last)
    return Value(real).written_as(text);
  return Value(text);
}

class Builder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) throw Refused{mark.line + 1, "more than one document"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, anchor, "");
    add(Value().at_line(mark.line + 1));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{mark.line + 1, "aliases (*name) are not used here"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    check(mark, anchor, tag);
    Value value = tag == "!" ? Value(text) : scalar(text);
    if (!open_.empty() && open_.back().value.is_object() && !open_.back().has_key) {
      if (!open_.back().names.insert(text).second)
        throw Refused{mark.line + 1, "the key “" + text + "” stands twice"};
      open_.back().key = text;
      open_.back().has_key = true;
      return;
    }
    add(std::move(value.at_line(mark.line + 1)));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::object());
  }
  void OnMapEnd() override { close(); }

  Value root;

 private:
  struct Open {
    Value value;
    std::string key;
    bool has_key = false;
    std::unordered_set<std::string> names;
  };

  void check(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
    if (anchor != 0) throw Refused{mark.line + 1, "anchors (&name) are not used here"};
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Refused{mark.line + 1, "tags (!name) are not used here"};
    if (++nodes_ > max_nodes) throw Refused{mark.line + 1, "too many values in one file"};
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Value value) {
    check(mark, anchor, tag);
    if (open_.size() >= max_depth) throw Refused{mark.line + 1, "nested too deeply"};
    if (!open_.empty() && open_.back().value.is_object() && !open_.back().has_key)
      throw Refused{mark.line + 1, "a key must be a plain word"};
    open_.push_back({std::move(value.at_line(mark.line + 1)), {}, false, {}});
  }
  void close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(done));
  }
  void add(Value value) {
    if (open_.empty()) {
      root = std::move(value);
      return;
    }
    Open& top = open_.back();
    if (top.value.is_object()) {
      if (!top.has_key) throw Refused{value.line(), "a key must be a plain word"};
      top.value.members().emplace_back(std::move(top.key), std::move(value));
      top.has_key = false;
    } else {
      top.value.push(std::move(value));
    }
  }

  bool started_ = false;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
};

// yaml-cpp recurses over brackets before it tells anyone; a cheap look first keeps the stack safe.
bool brackets_too_deep(std::string_view text) {
  std::size_t depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') {
      if (++depth > 200) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if (c == '\n') {
      continue;
    }
  }
  return false;
}

}  // namespace

Result<Value> parse_yaml(std::string_view text, std::size_t max_bytes) {
  const auto invalid = [](int line, std::string reason) {
    return fail("schema.yaml_invalid", {{"line", std::to_string(line)}, {"reason", std::move(reason)}});
  };
  if (text.size() > max_bytes) return fail("schema.too_large", {{"limit", std::to_string(max_bytes)}});
  if (!is_utf8(text)) return invalid(0, "not UTF-8");
  if (brackets_too_deep(text)) return invalid(0, "nested too deeply");
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Builder builder;
    while (parser.HandleNextDocument(builder)) {
    }
    return std::move(builder.root);
  } catch (const Refused& refused) {
    return invalid(refused.line, refused.reason);
  } catch (const YAML::Exception& e) {
    return invalid(e.mark.line + 1, e.msg);
  } catch (const std::exception& e) {
    return invalid(0, e.what());
  }
}

Result<std::string> read_file(const std::filesystem::path& file, std::size_t max_bytes) {
  const auto unreadable = [&] { return fail("schema.file_unreadable", {{"file", file.string()}}); };
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file, ec)) return unreadable();
  if (std::filesystem::file_size(file, ec) > max_bytes || ec)
    return fail("schema.too_large", {{"limit", std::to_string(max_bytes)}, {"file", file.string()}});
  std::ifstream in(file, std::ios::binary);
  if (!in) return unreadable();
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return unreadable();
  return text;
}

Result<Value> read_yaml(const std::filesystem::path& file) {
  YAGURA_TRY(const std::string text, read_file(file));
  auto value = parse_yaml(text);
  if (!value) value.error().args.emplace_back("file", file.string());
  return value;
}

}  // namespace yagura::schema
