#include <gmock/gmock.h>

#include "api/openapi.hpp"
#include "api/portal.hpp"
#include "base/text.hpp"
#include "schema/yaml.hpp"

namespace yagura::api_test {
namespace {

// Operations that need no permission of a contract, each with its own tests.
bool is_everybodys(const Operation& operation) {
  return operation.tag == "session" || operation.tag == "account" || operation.id == "getJob" ||
         operation.id == "cancelJob";
}

std::string path_of(const Operation& operation, const std::string& contract) {
  std::string out = operation.path;
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"{id}", "77"},
                                    {"{contract_id}", contract},
                                    {"{ledger}", "sites"},
                                    {"{name}", "core"},
                                    {"{row}", "78"},
                                    {"{file}", "79"},
                                    {"{rule}", "hardware"},
                                    {"{form}", "usb_connection"}})
    if (const auto at = out.find(name); at != std::string::npos) out.replace(at, name.size(), value);
  return out + "?contract=" + contract;
}

Answer ask(Browser& browser, const Operation& operation, const std::string& contract) {
  const auto path = path_of(operation, contract);
  if (operation.id == "planImport" || operation.id == "addAttachment")
    return browser.upload(path, "x.csv", "拠点名\n本庁\n");
  return browser.send(operation.method, path, operation.method == "GET" ? "" : "{}");
}

TEST(Rights, EachRoleMayDoWhatTheTableSaysAndNoMore) {
  Portal portal;
  const auto table = schema::read_yaml(YAGURA_SOURCE_DIR "/tests/api/rights.yaml").value();
  const auto& operations = Openapi::shared().operations();
  for (const auto& [id, operation] : operations)
    if (!is_everybodys(operation) && operation.tag != "watch" && operation.tag != "desk" &&
        operation.tag != "report" && operation.id != "streamEvents")
      EXPECT_TRUE(table.find(id)) << id << " does not stand in the table";
  std::size_t column = 0;
  for (const auto& [name, role] : enum_names(people::Role{})) {
    auto browser = portal.browser(portal.somebody(std::string(name), ours, role));
    for (const auto& [id, row] : table.members()) {
      ASSERT_TRUE(operations.contains(id)) << id;
      const auto cells = split(row.text(), ' ');
      ASSERT_EQ(cells.size(), 8U) << id;
      const auto answer = ask(browser, operations.at(id), ours);
      EXPECT_NE(answer.status, 401) << id << " by " << name << answer.body;
      EXPECT_NE(answer.status, 0) << id << " by " << name;
      if (cells[column] == "-")
        EXPECT_EQ(answer.status, 403) << id << " by " << name << " " << answer.body;
      else
        EXPECT_NE(answer.status, 403) << id << " by " << name << " " << answer.body;
    }
    ++column;
  }
  auto stranger = portal.stranger();
  for (const auto& [id, row] : table.members())
    EXPECT_EQ(ask(stranger, operations.at(id), ours).status, 401) << id << " by nobody";
}

// Everything of another contract is as if it were not there, whoever asks.
TEST(Rights, AnotherContractIsNotThere) {
  Portal portal;
  auto them = portal.browser(portal.somebody("their.manager", theirs, people::Role::contractor_manager));
  const auto row = them.post(in(theirs, "/ledgers/vendors/rows"),
                             Value::object({{"fields", Value::object({{"name", "雪野電設"}})}}));
  ASSERT_EQ(row.status, 201) << row.body;
  const auto attachment = them.upload(in(theirs, "/attachments"), "図面.pdf", "%PDF");
  ASSERT_EQ(attachment.status, 201) << attachment.body;
  const auto planned =
      portal.ended_job(them, them.upload(in(theirs, "/ledgers/vendors/imports"), "v.csv", "name\nx\n"));
  ASSERT_EQ(planned["state"].text(), "done");
  const auto person =
      them.post(in(theirs, "/people"),
                Value::object({{"login", "their.operator"}, {"name", "雪野 花"}, {"role", "operator"}}));
  ASSERT_EQ(person.status, 201) << person.body;
  const auto entry = person.json["roster"].items().front()["id"].integer();
  ASSERT_EQ(
      them.post(in(theirs, "/credentials"),
                Value::object({{"name", "core"}, {"kind", "snmp_community"}, {"secret", "s3cret-of-yukino"}}))
          .status,
      204);

  auto us = portal.browser(portal.somebody("our.manager", ours, people::Role::contractor_manager));
  auto supervisor = portal.browser(portal.somebody("our.supervisor", ours, people::Role::city_supervisor));
  const auto id = [](const Answer& a) { return std::to_string(a.json["id"].integer()); };
  for (auto* browser : {&us, &supervisor}) {
    for (const auto& [name, operation] : Openapi::shared().operations()) {
      if (is_everybodys(operation) || operation.tag == "watch" || operation.tag == "desk" ||
          operation.tag == "report" || name == "getStatus")
        continue;
      const auto answer = ask(*browser, operation, theirs);
      EXPECT_EQ(answer.status, 404) << name << " " << answer.body;
      EXPECT_EQ(answer.code(), ask(*browser, operation, "no-such-contract").code()) << name;
    }
  }
  // Their things under our contract's name.
  const auto gone = [](const Answer& a) { EXPECT_EQ(a.status, 404) << a.head << a.body; };
  gone(us.get(in(ours, "/ledgers/vendors/rows/" + id(row))));
  gone(us.get(in(ours, "/ledgers/vendors/rows/" + id(row) + "/history")));
  gone(us.patch(in(ours, "/ledgers/vendors/rows/" + id(row)),
                Value::object({{"version", 1}, {"fields", Value::object({{"name", "盗"}})}})));
  gone(us.del(in(ours, "/ledgers/vendors/rows/" + id(row) + "?version=1")));
  gone(us.get(in(ours, "/attachments/" + id(attachment))));
  const auto import = std::to_string(planned["result"].integer());
  gone(us.get(in(ours, "/imports/" + import)));
  gone(us.get(in(ours, "/imports/" + import + "/rows")));
  gone(us.post(in(ours, "/imports/" + import + "/execute")));
  gone(us.post(in(ours, "/imports/" + import + "/undo")));
  gone(us.del(in(ours, "/imports/" + import)));
  gone(us.get(in(ours, "/people/" + id(person))));
  gone(us.post(in(ours, "/people/" + id(person) + "/invite")));
  gone(us.post(in(ours, "/roster"),
               Value::object({{"person", person.json["id"]}, {"role", "operator"}, {"from", "2026-05-01"}})));
  gone(supervisor.post(in(ours, "/roster/" + std::to_string(entry) + "/decision"),
                       Value::object({{"decision", "approve"}})));
  gone(us.del(in(ours, "/credentials/core")));
  for (const auto* path : {"/people", "/roster", "/journal", "/ledgers/vendors/rows"}) {
    const auto list = us.get(in(ours, path));
    EXPECT_EQ(list.status, 200) << path;
    EXPECT_EQ(list.body.find("雪野"), std::string::npos) << path << list.body;
  }
  EXPECT_EQ(us.get(in(ours, "/credentials")).json["items"].items().size(), 0U);
  EXPECT_EQ(us.get("/api/v1/session").json["contracts"].items().size(), 1U);
}

TEST(Rights, AContractMustBeNamed) {
  Portal portal;
  auto us = portal.browser(portal.somebody("our.manager", ours, people::Role::contractor_manager));
  const auto answer = us.get("/api/v1/ledgers");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "web.contract_missing");
}

}  // namespace
}  // namespace yagura::api_test
