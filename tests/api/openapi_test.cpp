#include "api/openapi.hpp"

#include <gmock/gmock.h>

#include <set>

#include "api/portal.hpp"
#include "schema/yaml.hpp"
#include "web/api/ground_routes.hpp"

namespace yagura::api_test {
namespace {

// Groups whose handlers are not of the ground.
const std::set<std::string> other_groups{"watch", "desk", "report"};

TEST(Openapi, EveryOperationOfTheGroundIsRoutedAndEveryRouteIsDescribed) {
  Portal portal;
  std::set<std::string> routed;
  for (const auto& route : portal.router().routes()) {
    const auto found = Openapi::shared().operations().find(route.operation);
    ASSERT_NE(found, Openapi::shared().operations().end()) << route.operation << " is not described";
    EXPECT_EQ(found->second.method, web::name_of(route.method)) << route.operation;
    EXPECT_EQ(found->second.path, route.pattern) << route.operation;
    EXPECT_TRUE(routed.insert(route.operation).second) << route.operation << " twice";
    const auto* security = found->second.description->find("security");
    // Signing out is open on purpose: it also ends a sign-in that waits for its second factor.
    if (route.operation != "signOut")
      EXPECT_EQ(route.permission.empty(), security && security->items().empty()) << route.operation;
  }
  for (const auto& [id, operation] : Openapi::shared().operations())
    if (!other_groups.contains(operation.tag)) EXPECT_TRUE(routed.contains(id)) << id << " has no route";
}

std::vector<std::string> faults(const char* schema, const char* json) {
  return Openapi::shared().faults(schema::parse_yaml(schema).value(), schema::parse_json(json).value());
}

TEST(Openapi, TheValidatorFindsWhatIsWrong) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(faults("{type: integer}", "1"), IsEmpty());
  EXPECT_THAT(faults("{type: integer}", "\"1\""), ElementsAre(": is no \"integer\": \"1\""));
  EXPECT_THAT(faults("{type: [string, 'null']}", "null"), IsEmpty());
  EXPECT_THAT(faults("{type: [string, 'null']}", "3").size(), 1U);
  EXPECT_THAT(faults("{type: object, required: [a]}", "{\"b\":1}"), ElementsAre(": lacks a"));
  EXPECT_THAT(faults("{properties: {a: {type: array, items: {type: string}}}}", "{\"a\":[\"x\",2]}"),
              ElementsAre(".a[1]: is no \"string\": 2"));
  EXPECT_THAT(faults("{additionalProperties: false, properties: {a: {}}}", "{\"a\":1,\"b\":2}"),
              ElementsAre(": has b, which is not described"));
  EXPECT_THAT(faults("{additionalProperties: {type: integer}}", "{\"b\":\"x\"}").size(), 1U);
  EXPECT_THAT(faults("{enum: [a, b]}", "\"c\"").size(), 1U);
  EXPECT_THAT(faults("{oneOf: [{type: string}, {type: 'null'}]}", "1").size(), 1U);
  EXPECT_THAT(faults("{oneOf: [{type: string}, {type: 'null'}]}", "null"), IsEmpty());
  EXPECT_THAT(faults("{allOf: [{type: object}, {required: [a]}]}", "{}"), ElementsAre(": lacks a"));
  EXPECT_THAT(faults("{$ref: '#/components/schemas/Text2'}", "{\"ja\":\"x\"}"), ElementsAre(": lacks en"));
  EXPECT_THAT(faults("{minimum: 0, maximum: 1}", "2").size(), 1U);
  EXPECT_THAT(faults("{patternProperties: {}}", "{}"), ElementsAre(": unknown keyword patternProperties"));
}

}  // namespace
}  // namespace yagura::api_test
