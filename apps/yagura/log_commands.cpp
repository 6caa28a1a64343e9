#include "yagura/log_commands.hpp"

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "calendar/civil.hpp"
#include "document/csv.hpp"
#include "schema/json.hpp"
#include "yagura/database_command.hpp"
#include "yagura/server_call.hpp"

namespace yagura::apps {

using schema::Value;

namespace {

constexpr std::int64_t usual_limit = 100, most_limit = 1'000'000;

std::string text_of(const Value& value) {
  if (value.is_null()) return "";
  return value.is_text() ? value.text() : std::to_string(value.integer());
}

Value list_of(const std::string& comma_separated) {
  Value out = Value::array();
  for (const auto one : split(comma_separated, ','))
    if (!trim(one).empty()) out.push(Value(std::string(trim(one))));
  return out;
}

Result<std::int64_t> limit_of(const Arguments& given) {
  const auto text = given.get("limit", std::to_string(usual_limit));
  std::int64_t out = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (bad != std::errc{} || end != text.data() + text.size() || out < 1 || out > most_limit)
    return fail("apps.option_invalid", {{"option", "--limit"}, {"value", text}, {"wanted", "1 … 1000000"}});
  return out;
}

Result<Value> question_of(const Arguments& given) {
  Value out = Value::object();
  YAGURA_TRY(const auto text, given.word(0, "QUERY"));
  out.set("q", text);
  for (const auto* name : {"from", "to", "purpose"})
    if (given.has(name)) out.set(name, given.get(name));
  if (given.has("kind")) out.set("kinds", list_of(given.get("kind")));
  return out;
}

// Japan's time to the second, as the screens show it.
std::string shown_time(const Value& us) {
  const auto civil = calendar::to_japan(from_micros(us.integer()));
  const auto day = std::chrono::floor<std::chrono::days>(civil);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(civil - day).count();
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return calendar::format_date(day) + " " + two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" +
         two(seconds % 60);
}

// How events are written.
class Sheet {
 public:
  virtual ~Sheet() = default;
  virtual Result<void> event(const Value& event, const std::string& line) = 0;
};

class Lines final : public Sheet {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}
  Result<void> event(const Value&, const std::string& line) override {
    out_ << line << '\n';
    return {};
  }

 private:
  std::ostream& out_;
};

// Columns by the kinds that are asked: time, kind, then each field once.
class Csv final : public Sheet {
 public:
  Csv(std::ostream& out, const Value& known, const Value& wanted) : out_(out) {
    for (const auto& kind : known["kinds"].items()) {
      const bool asked = wanted.items().empty() || std::ranges::any_of(wanted.items(), [&](const Value& one) {
                           return one.text() == kind["kind"].text();
                         });
      if (!asked || !kind["may"].boolean()) continue;
      for (const auto& field : kind["fields"].items())
        if (std::ranges::find(fields_, field["name"].text()) == fields_.end())
          fields_.push_back(field["name"].text());
    }
  }
  Result<void> head() {
    std::vector<std::string> cells{"at", "kind"};
    cells.insert(cells.end(), fields_.begin(), fields_.end());
    return row(cells);
  }
  Result<void> event(const Value& event, const std::string&) override {
    std::vector<std::string> cells{event["at"].text(), event["kind"].text()};
    for (const auto& field : fields_) cells.push_back(text_of(event["fields"][field]));
    return row(cells);
  }

 private:
  Result<void> row(const std::vector<std::string>& cells) {
    YAGURA_CHECK(writer_.row(cells));
    out_ << writer_.take();
    return {};
  }
  std::ostream& out_;
  document::CsvWriter writer_{{.bom = false}};
  std::vector<std::string> fields_;
};

// A line a person reads: when, where, who, what.
class Table final : public Sheet {
 public:
  Table(std::ostream& out, const Value& known) : out_(out) {
    for (const auto& kind : known["kinds"].items()) kinds_[kind["kind"].text()] = kind;
  }
  Result<void> event(const Value& event, const std::string&) override {
    const auto kind = kinds_.find(event["kind"].text());
    const auto& fields = event["fields"];
    std::string what;
    for (const auto* name : {"action", "outcome", "severity"}) add(what, text_of(fields[name]));
    if (kind != kinds_.end())
      for (const auto& field : kind->second["fields"].items())
        if (field["type"].text() == "text") add(what, text_of(fields[field["name"].text()]));
    const auto source = kind == kinds_.end() ? "" : text_of(fields[kind->second["source"].text()]);
    out_ << shown_time(event["us"]) << "  " << padded(source, 16) << "  "
         << padded(text_of(fields["user"]), 12) << "  " << what << '\n';
    return {};
  }

 private:
  static void add(std::string& to, std::string text) {
    std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\t'; }, ' ');
    if (!text.empty()) to += (to.empty() ? "" : "  ") + text;
  }
  static std::string padded(std::string text, std::size_t width) {
    std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\t'; }, ' ');
    const auto has = columns(text);
    return has < width ? text + std::string(width - has, ' ') : text;
  }
  std::ostream& out_;
  std::map<std::string, Value> kinds_;
};

int exit_of(std::int64_t rows, bool part) { return part ? exit_part : rows == 0 ? exit_nothing : 0; }

void say_partial(std::ostream& err, const Value& outcome) {
  print_error(err, {"apps.logs_partial", {{"why", outcome["why"].text()}}});
}

struct Wanted {
  std::string format, contract;
  Value question;
  std::int64_t limit = 0;
};

Result<int> list_events(const ServerAddress& server, const Wanted& wanted, std::ostream& out,
                        std::ostream& err) {
  std::unique_ptr<Sheet> sheet = std::make_unique<Lines>(out);
  if (wanted.format != "jsonl") {
    YAGURA_TRY(const auto known, ask_server(server, "/log-search/kinds?contract=" + wanted.contract, {}));
    if (wanted.format == "csv") {
      auto csv = std::make_unique<Csv>(out, known, wanted.question["kinds"]);
      YAGURA_CHECK(csv->head());
      sheet = std::move(csv);
    } else {
      sheet = std::make_unique<Table>(out, known);
    }
  }
  auto body = wanted.question;
  body.set("limit", wanted.limit);
  Value last;
  YAGURA_CHECK(ask_server(server, "/log-search/stream?contract=" + wanted.contract, body,
                          [&](const std::string& line) -> Result<bool> {
                            YAGURA_TRY(auto value, schema::parse_json(line, 64U << 20));
                            if (value.find("outcome")) {
                              last = std::move(value);
                              return true;
                            }
                            YAGURA_CHECK(sheet->event(value, line));
                            return true;
                          }));
  // A stream without its last line was broken off.
  if (last.is_null()) return fail("apps.server_unreachable", {{"why", "the answer ended too early"}});
  const bool part = last["outcome"]["partial"].boolean();
  if (part) say_partial(err, last["outcome"]);
  return exit_of(last["rows"].integer(), part);
}

Result<int> list_counts(const ServerAddress& server, const Wanted& wanted, std::ostream& out,
                        std::ostream& err) {
  YAGURA_TRY(const auto counts,
             ask_server(server, "/log-search/counts?contract=" + wanted.contract, wanted.question));
  document::CsvWriter csv({.bom = false});
  const bool by_time = counts["bucket_s"].integer() > 0;
  std::vector<std::string> head;
  if (by_time) head.emplace_back("at");
  for (const auto& field : counts["by"].items()) head.push_back(field.text());
  head.emplace_back("count");
  if (wanted.format == "csv") YAGURA_CHECK(csv.row(head));
  for (const auto& group : counts["groups"].items()) {
    std::vector<std::string> cells;
    if (by_time) cells.push_back(group["at"].text());
    for (const auto& value : group["values"].items()) cells.push_back(value.text());
    cells.push_back(std::to_string(group["count"].integer()));
    if (wanted.format == "jsonl") {
      out << schema::to_json(group) << '\n';
    } else if (wanted.format == "csv") {
      YAGURA_CHECK(csv.row(cells));
      out << csv.take();
    } else {
      std::string line(12 - std::min<std::size_t>(12, cells.back().size()), ' ');
      line += cells.back();
      for (std::size_t i = 0; i + 1 < cells.size(); ++i) line += "  " + cells[i];
      out << line << '\n';
    }
  }
  const bool part = counts["outcome"]["partial"].boolean();
  if (part) say_partial(err, counts["outcome"]);
  return exit_of(counts["total"].integer(), part);
}

Result<int> search(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  YAGURA_TRY(const auto given, Arguments::parse(args,
                                                {server_option, ca_option, token_option, "contract", "from",
                                                 "to", "kind", "limit", "count-by", "purpose", "format"},
                                                {}, 1));
  Wanted wanted{.format = given.get("format", "table")};
  if (wanted.format != "table" && wanted.format != "csv" && wanted.format != "jsonl")
    return fail("apps.option_invalid",
                {{"option", "--format"}, {"value", wanted.format}, {"wanted", "table, csv, jsonl"}});
  YAGURA_TRY(wanted.question, question_of(given));
  YAGURA_TRY(wanted.contract, given.need("contract"));
  if (wanted.contract.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos)
    return fail("apps.option_invalid",
                {{"option", "--contract"}, {"value", wanted.contract}, {"wanted", "a-z 0-9 _ -"}});
  YAGURA_TRY(wanted.limit, limit_of(given));
  YAGURA_TRY(const auto server, server_of(given));
  if (given.has("count-by")) {
    wanted.question.set("by", list_of(given.get("count-by")));
    wanted.question.set("top", std::min<std::int64_t>(wanted.limit, 10'000));
    return list_counts(server, wanted, out, err);
  }
  // The text itself may say that it counts.
  YAGURA_TRY(const auto read,
             ask_server(server, "/log-search/reading?contract=" + wanted.contract, wanted.question));
  if (!read["reading"].is_null() && read["reading"]["shows"].text() != "events")
    return list_counts(server, wanted, out, err);
  return list_events(server, wanted, out, err);
}

}  // namespace

int run_logs(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const auto done = search(args, out, err);
  return done ? *done : report_error(err, done.error());
}

}  // namespace yagura::apps
