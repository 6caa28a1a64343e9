// The command `yagura logs` against a real server, with an API token.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "api/log_events.hpp"
#include "yagura/log_commands.hpp"

namespace yagura::api_test {
namespace {

using people::Role;
using testing::HasSubstr;

struct Ran {
  int code = -1;
  std::string out, err;
};

struct LogCommand : testing::Test {
  LogCommand() {
    a_morning(portal);
    ::setenv("YAGURA_SHARE", YAGURA_SOURCE_DIR "/share", 1);
    ::setenv("LC_ALL", "ja_JP.UTF-8", 1);
    ::unsetenv("YAGURA_TOKEN");
  }
  ~LogCommand() override { ::unsetenv("YAGURA_TOKEN"); }

  // Signs somebody's programs in.
  void token_of(const char* login, Role role, std::vector<Value> scopes) {
    auto browser = portal.browser(portal.somebody(login, ours, role));
    const auto made =
        browser.post("/api/v1/account/tokens",
                     Value::object({{"name", "cli"}, {"scopes", Value(std::move(scopes))}, {"days", 1}}));
    ASSERT_EQ(made.status, 201) << made.body;
    std::ofstream(file) << made.json["secret"].text() << "\n";
  }
  Ran run(std::vector<std::string> args) {
    for (const auto& [option, value] : {std::pair<std::string, std::string>{"--contract", ours},
                                        {"--server", "https://localhost:" + std::to_string(portal.port())},
                                        {"--ca", (portal.api().folder / "server.pem").string()},
                                        {"--token-file", file.string()}})
      if (std::ranges::find(args, option) == args.end()) args.insert(args.end(), {option, value});
    std::ostringstream out, err;
    const int code = apps::run_logs(args, out, err);
    return {code, out.str(), err.str()};
  }
  Portal portal;
  std::filesystem::path file = portal.api().folder / "token";
};

TEST_F(LogCommand, FindsAndSaysItInAllThreeForms) {
  token_of("manager", Role::contractor_manager, {Value("log_read"), Value("operation_log_read")});
  auto ran = run({"user:tanaka | sort oldest", "--purpose", because});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("PC-0042           tanaka        usb-copy  E:\\見積 令和8年.xlsx\n"));
  EXPECT_LT(ran.out.find("file-open"), ran.out.find("usb-copy"));
  ran = run({"user:tanaka", "--kind", "operation", "--format", "csv", "--limit", "1"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("at,kind,pc,user,section,action,")) << ran.out;
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 2);
  ran = run({"kind:syslog", "--format", "jsonl"});
  const auto line = schema::parse_json(ran.out);
  ASSERT_TRUE(line) << ran.out;
  EXPECT_EQ((*line)["fields"]["message"].text(), "disk failing");
}

TEST_F(LogCommand, Counts) {
  token_of("manager", Role::contractor_manager, {Value("log_read"), Value("operation_log_read")});
  auto ran = run({"", "--kind", "operation", "--count-by", "section", "--purpose", because});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "           2  総務課\n           1  税務課\n");
  ran = run({"kind:operation | count by action top 1", "--format", "csv"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("action,count\r\n")) << ran.out;
}

TEST_F(LogCommand, TimesAreWordsOfTheLanguage) {
  token_of("operator", Role::operator_, {Value("log_read")});
  EXPECT_EQ(run({"", "--from", "25分前"}).code, 0);
  EXPECT_EQ(run({"", "--from", "昨日", "--to", "昨日"}).code, apps::exit_nothing);
  const auto ran = run({"", "--from", "きのうの夜"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("→"));
}

TEST_F(LogCommand, RefusalsAreSaidInTheServersWords) {
  token_of("operator", Role::operator_, {Value("log_read")});
  auto ran = run({"kind:operation"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("権限がありません"));
  EXPECT_THAT(ran.out, testing::IsEmpty());
  ran = run({"usr:tanaka"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("usr"));
  // A token of less than its person may do.
  token_of("manager", Role::contractor_manager, {Value("log_read")});
  EXPECT_EQ(run({"kind:operation", "--purpose", because}).code, 1);
  std::ofstream(file) << "not-a-token\n";
  EXPECT_EQ(run({"kind:syslog"}).code, 1);
}

TEST_F(LogCommand, APurposeIsAskedForAndThenHeld) {
  token_of("manager", Role::contractor_manager, {Value("operation_log_read")});
  const auto ran = run({"tanaka"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("目的"));
  EXPECT_EQ(run({"tanaka", "--purpose", because}).code, 0);
  EXPECT_EQ(run({"tanaka"}).code, 0);
}

TEST_F(LogCommand, MisuseIsToldFromFailure) {
  token_of("operator", Role::operator_, {Value("log_read")});
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"x", "y"}).code, 2);
  EXPECT_EQ(run({"x", "--limit", "0"}).code, 2);
  EXPECT_EQ(run({"x", "--format", "pdf"}).code, 2);
  EXPECT_EQ(run({"x", "--server", "http://localhost:1"}).code, 2);
  EXPECT_EQ(run({"x", "--token-file", "/nowhere"}).code, 1);
  const auto ran = run({"x", "--server", "https://localhost:1"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("接続できません"));
  // A certificate that is not believed.
  EXPECT_EQ(run({"x", "--ca", "/etc/ssl/certs/ca-certificates.crt"}).code, 1);
}

}  // namespace
}  // namespace yagura::api_test
