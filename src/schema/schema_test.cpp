#include <gtest/gtest.h>

#include "schema/json.hpp"
#include "schema/shape.hpp"
#include "schema/words.hpp"
#include "schema/yaml.hpp"

namespace yagura::schema {

enum class Colour { red, blue };
std::span<const std::pair<std::string_view, Colour>> enum_names(Colour) {
  static constexpr std::pair<std::string_view, Colour> names[] = {{"red", Colour::red},
                                                                  {"blue", Colour::blue}};
  return names;
}
struct Inner {
  std::string id;
  int count = 7;
};
template <class V>
void shape(V& v, Inner& i) {
  v.required("id", i.id);
  v.optional("count", i.count);
}
struct Outer {
  Colour colour{};
  std::vector<Inner> list;
  std::optional<double> ratio;
  std::map<std::string, bool> flags;
  std::uint8_t small = 0;
};
template <class V>
void shape(V& v, Outer& o) {
  v.required("colour", o.colour);
  v.optional("list", o.list);
  v.optional("ratio", o.ratio);
  v.optional("flags", o.flags);
  v.optional("small", o.small);
}

namespace {

TEST(Json, RoundTrip) {
  const std::string text = R"({"a":[1,-2.5,"あ\n\u003c/script>",null,true],"b":{}})";
  const auto value = parse_json(text);
  ASSERT_TRUE(value);
  EXPECT_EQ(parse_json(to_json(*value)).value(), *value);
  EXPECT_EQ(to_json(*value).find('<'), std::string::npos);
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const auto* bad : {"", "{", "[1,]", "{\"a\":1,\"a\":2}", "1 2", "// x\n1", "\"\xff\"", "nul", "{a:1}"})
    EXPECT_EQ(parse_json(bad).error().code, "schema.json_invalid") << bad;
  EXPECT_FALSE(parse_json(std::string(100, '[')));
  EXPECT_EQ(parse_json("[1]", 2).error().code, "schema.too_large");
}

TEST(Yaml, CoreSchemaWithLines) {
  const auto value = parse_yaml("a: 1\nb: [yes, '1', 1.10, ~, true]\nc:\n  d: 本庁\n");
  ASSERT_TRUE(value) << value.error().text();
  EXPECT_EQ((*value)["a"].integer(), 1);
  EXPECT_EQ((*value)["b"].items()[0].text(), "yes");
  EXPECT_TRUE((*value)["b"].items()[1].is_text());
  EXPECT_EQ((*value)["b"].items()[2].text(), "1.10");
  EXPECT_TRUE((*value)["b"].items()[3].is_null());
  EXPECT_EQ((*value)["c"]["d"].line(), 4);
}

TEST(Yaml, RefusesHostileFiles) {
  for (const auto* bad : {"a: &x 1\nb: *x\n", "a: 1\na: 2\n", "a: !!binary aa\n", "--- 1\n--- 2\n", "a: [1\n",
                          "a:\tb: c\n d", "? [a]\n: b\n", "\xff"})
    EXPECT_EQ(parse_yaml(bad).error().code, "schema.yaml_invalid") << bad;
  EXPECT_FALSE(parse_yaml(std::string(100'000, '[')));
  EXPECT_FALSE(parse_yaml(std::string(100'000, '{')));
  std::string deep;
  for (int i = 0; i < 50; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_FALSE(parse_yaml(deep));
  std::string wide = "[";
  for (int i = 0; i < 300'000; ++i) wide += "1,";
  EXPECT_FALSE(parse_yaml(wide + "]"));
}

TEST(Shape, ReadsWritesAndNamesEveryFault) {
  const auto value =
      parse_yaml("colour: blue\nlist:\n  - id: x\n  - {id: 0120, count: 3}\nratio: 2\nflags: {a: true}\n");
  ASSERT_TRUE(value);
  const auto outer = read<Outer>(*value);
  ASSERT_TRUE(outer) << outer.error().text();
  EXPECT_EQ(outer->colour, Colour::blue);
  EXPECT_EQ(outer->list.at(0).count, 7);
  EXPECT_EQ(outer->list.at(1).id, "0120");
  EXPECT_EQ(read<Outer>(write(*outer))->list.at(1).count, 3);

  std::vector<Fault> faults;
  (void)read<Outer>(parse_yaml("colour: green\nlist:\n  - {count: x, idd: 1}\nsmall: 256\n").value(), faults);
  std::vector<std::string> seen;
  for (const auto& f : faults) seen.push_back(f.error.code + "@" + f.path + ":" + std::to_string(f.line));
  EXPECT_EQ(seen,
            (std::vector<std::string>{"schema.not_a_choice@colour:1", "schema.missing@list[0].id:3",
                                      "schema.wrong_kind@list[0].count:3", "schema.unknown_key@list[0].idd:3",
                                      "schema.out_of_range@small:4"}));
}

TEST(Words, EveryCatalogueLoadsAndFillsArguments) {
  const auto words = Words::load(YAGURA_SOURCE_DIR "/share/errors");
  ASSERT_TRUE(words) << words.error().text();
  const auto said = words->say({"schema.missing", {{"path", "a.b"}}}, Language::ja);
  EXPECT_EQ(said.message, "「a.b」がありません。");
  EXPECT_FALSE(said.advice.empty());
  EXPECT_EQ(words->say({"no.such", {}}, Language::en).message, "no.such");
}

}  // namespace
}  // namespace yagura::schema
