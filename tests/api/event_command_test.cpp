// The commands of `yagura events` that ask a running server: holds, seals, what is kept.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "api/log_events.hpp"
#include "events_check.hpp"
#include "yagura/event_commands.hpp"

namespace yagura::api_test {
namespace {

using people::Role;
using testing::HasSubstr;

struct EventCommand : testing::Test {
  EventCommand() {
    ::setenv("YAGURA_SHARE", YAGURA_SOURCE_DIR "/share", 1);
    ::setenv("LC_ALL", "ja_JP.UTF-8", 1);
    ::unsetenv("YAGURA_TOKEN");
    a_morning(portal);
    portal.clock().advance(std::chrono::hours(24));
    EXPECT_TRUE(portal.logs().seals.seal_days(ours, "operation"));
  }
  void token_of(const char* login, Role role, std::vector<Value> scopes) {
    auto browser = portal.browser(portal.somebody(login, ours, role));
    const auto made =
        browser.post("/api/v1/account/tokens",
                     Value::object({{"name", "cli"}, {"scopes", Value(std::move(scopes))}, {"days", 1}}));
    ASSERT_EQ(made.status, 201) << made.body;
    std::ofstream(file) << made.json["secret"].text() << "\n";
  }
  int run(std::vector<std::string> args) {
    args.insert(args.end(),
                {"--contract", ours, "--server", "https://localhost:" + std::to_string(portal.port()), "--ca",
                 (portal.api().folder / "server.pem").string(), "--token-file", file.string()});
    std::ostringstream out_text, err_text;
    const int code = apps::run_events(args, out_text, err_text);
    out = out_text.str();
    err = err_text.str();
    return code;
  }
  Portal portal;
  std::filesystem::path file = portal.api().folder / "token";
  std::string out, err;
};

TEST_F(EventCommand, AHoldIsPlacedByOneAndReleasedByTwo) {
  token_of("manager", Role::contractor_manager, {Value("log_read"), Value("log_hold")});
  ASSERT_EQ(run({"hold", "--kind", "operation", "--from", "2026-04-01", "--reason", "監査請求 第3号",
                 "--ordered-by", "監査委員"}),
            0)
      << err;
  const auto id = out.substr(0, out.find('\t'));
  ASSERT_EQ(run({"holds"}), 0) << err;
  EXPECT_THAT(out,
              HasSubstr(id + "\theld\toperation\t2026-04-01\t-\t監査請求 第3号\t監査委員\t山﨑 manager"));
  ASSERT_EQ(run({"kept"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("operation\t3\t"));
  EXPECT_THAT(out, HasSubstr("\t" + id + "\n"));
  EXPECT_EQ(run({"ask-release", id}), 1) << "without a reason";
  ASSERT_EQ(run({"ask-release", id, "--reason", "監査が終わった"}), 0) << err;
  EXPECT_EQ(run({"release", id}), 1);
  token_of("supervisor", Role::city_supervisor, {Value("log_read"), Value("roster_approve")});
  ASSERT_EQ(run({"release", id}), 0) << err;
  EXPECT_THAT(out, HasSubstr("\treleased\t"));
  EXPECT_EQ(portal.events().holds().size(), 0U);
}

TEST_F(EventCommand, ASealIsCheckedAndAPcProved) {
  token_of("manager", Role::contractor_manager,
           {Value("log_read"), Value("operation_log_read"), Value("journal_read")});
  ASSERT_EQ(run({"seals"}), 0) << err;
  EXPECT_TRUE(out.starts_with("2026-04-28\toperation\t3\t2\t")) << out;
  EXPECT_TRUE(out.ends_with("\t-\n")) << out;
  ASSERT_EQ(run({"check", "--kind", "operation", "--day", "2026-04-28"}), 0) << err;
  EXPECT_TRUE(out.ends_with("\tholds\n")) << out;
  ASSERT_EQ(run({"proof", "--kind", "operation", "--day", "2026-04-28", "--source", "PC-0042"}), 0) << err;
  EXPECT_EQ(yagura_verify::check_events(out, nullptr).fault, "");
  ASSERT_TRUE(portal.events().expire(ours, "operation", portal.clock().now()));
  EXPECT_EQ(run({"check", "--kind", "operation", "--day", "2026-04-28"}), 3) << out;
  EXPECT_EQ(run({"proof", "--kind", "operation", "--day", "2026-04-28", "--source", "PC-0042"}), 1);
  EXPECT_THAT(err, HasSubstr("封印したとき"));
}

}  // namespace
}  // namespace yagura::api_test
