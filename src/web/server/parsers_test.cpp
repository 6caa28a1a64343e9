// The parsers of what clients send, and the small parts that need no socket.
#include <gmock/gmock.h>

#include <barrier>
#include <thread>

#include "web/server/cookie.hpp"
#include "web/server/jobs.hpp"
#include "web/server/language.hpp"
#include "web/server/multipart.hpp"
#include "web/server/problem.hpp"
#include "web/server/rate_limit.hpp"
#include "web/server/response.hpp"
#include "web/server/router.hpp"
#include "web/server/security.hpp"
#include "web/server/target.hpp"

namespace yagura::web {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST(Target, DecodesOnceAndRefusesWaysOut) {
  EXPECT_EQ(parse_target("/a/b%20c?x=1&y=%E6%AB%93+z")->path, "/a/b c");
  EXPECT_EQ(*parse_target("/a?x=1&y=%E6%AB%93+z")->query.find("y"), "櫓 z");
  EXPECT_EQ(parse_target("/a%2525")->path, "/a%25") << "once only";
  EXPECT_EQ(parse_target("/a...b/.well-known")->path, "/a...b/.well-known");
  for (const auto* bad : {"", "a", "*", "/..", "/a/../b", "/%2e%2E/", "/a%2fb", "/a%5cb", "/a%00", "/a%0a",
                          "/%e", "/%zz", "/%ff", "/a\\b"})
    EXPECT_EQ(parse_target(bad).error().code, "web.target_invalid") << bad;
}

TEST(Query, KeepsOrderAndRepeats) {
  const auto query = *parse_query("a=1&b&a=2&&=x&c=%3D%26");
  EXPECT_THAT(query.all("a"), ElementsAre("1", "2"));
  EXPECT_EQ(query.find("b"), "");
  EXPECT_EQ(query.find("c"), "=&");
  EXPECT_FALSE(query.find("d"));
  EXPECT_FALSE(parse_query("a=%00"));
  EXPECT_FALSE(parse_query("a=%"));
}

TEST(Cookie, LeavesOutWhatIsNone) {
  EXPECT_THAT(parse_cookies("a=1; b=\"2\";c; =x; d d=1; e=\x01; a=3"),
              ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("a", "3")));
  EXPECT_EQ(set_cookie("session", "abc", std::chrono::seconds(60)),
            "__Host-session=abc; Path=/; Secure; SameSite=Strict; HttpOnly; Max-Age=60");
  EXPECT_THAT(set_cookie("csrf", "abc", std::nullopt, CookieReach::scripts), Not(HasSubstr("HttpOnly")));
}

TEST(Language, CookieThenHeaderThenJapanese) {
  EXPECT_EQ(choose_language("", ""), Language::ja);
  EXPECT_EQ(choose_language("en", "ja"), Language::en);
  EXPECT_EQ(choose_language("", "en-US,en;q=0.9"), Language::en);
  EXPECT_EQ(choose_language("", "fr, en;q=0.3, ja;q=0.4"), Language::ja);
  EXPECT_EQ(choose_language("", "en;q=0, ja;q=0"), Language::ja);
  EXPECT_EQ(choose_language("", "english"), Language::ja);
  EXPECT_EQ(choose_language("zz", "en;q=9;;,,q="), Language::ja);
}

class Recorder final : public PartSink {
 public:
  Result<void> begin(PartHead head) override {
    text += "[" + head.name + "|" + head.filename + "|" + head.content_type + "|";
    return {};
  }
  Result<void> data(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  Result<void> end() override {
    text += "]";
    return {};
  }
  std::string text;
};

TEST(Multipart, GivesTheSamePartsHoweverItIsCut) {
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--a-not\r\n--\r\r\n\r\n--b\r\n"
      "content-disposition: form-data; filename=\"..\\\\..\\\\evil%22.csv\"; name=f\r\nContent-Type: "
      "text/csv\r\n\r\n\r\n--b--\r\nepilogue";
  for (std::size_t step = 1; step <= body.size(); ++step) {
    Recorder parts;
    MultipartParser parser("b", parts);
    for (std::size_t at = 0; at < body.size(); at += step)
      ASSERT_TRUE(parser.feed(std::string_view(body).substr(at, step)));
    ASSERT_TRUE(parser.finish());
    ASSERT_EQ(parts.text, "[a|||x\r\n--a-not\r\n--\r\r\n][f|evil\".csv|text/csv|]") << step;
  }
}

TEST(Multipart, RefusesWhatIsBroken) {
  for (const auto* body :
       {"", "--", "--b", "--b\r\n", "preamble\r\n--b\r\n", "--bx\r\n", "--b\r\nno colon\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--c--"}) {
    Recorder parts;
    MultipartParser parser("b", parts);
    const auto fed = parser.feed(body);
    EXPECT_FALSE(fed && parser.finish()) << body;
  }
  Recorder parts;
  MultipartParser endless("b", parts);
  EXPECT_FALSE(endless.feed("--b\r\n" + std::string(20'000, 'h')));
  EXPECT_FALSE(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'b')));
  EXPECT_FALSE(multipart_boundary("multipart/mixed; boundary=b"));
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=x; BOUNDARY=\"a b\""), "a b");
}

TEST(Router, LiteralsBeforeParametersAndWholeList) {
  Router router;
  const Handler none = [](Request&) -> Result<Response> { return Response::no_content(); };
  router.add({.method = Method::get, .pattern = "/d/{id}", .operation = "one", .handler = none});
  router.add({.method = Method::get, .pattern = "/d/all", .operation = "all", .handler = none});
  router.add({.method = Method::del, .pattern = "/d/{id}/x/{part}", .operation = "part", .handler = none});
  EXPECT_EQ(router.match(Method::get, "/d/all").route->operation, "all");
  EXPECT_EQ(router.match(Method::head, "/d/7").route->operation, "one");
  const auto part = router.match(Method::del, "/d/all/x/9");
  ASSERT_NE(part.route, nullptr);
  EXPECT_THAT(part.params, ElementsAre(Pair("id", "all"), Pair("part", "9"))) << "goes back from the literal";
  EXPECT_EQ(router.match(Method::get, "/d/").route, nullptr);
  EXPECT_EQ(router.match(Method::get, "/d").route, nullptr);
  EXPECT_EQ(router.match(Method::get, "/d/1/").route, nullptr);
  EXPECT_EQ(allow_text(router.match(Method::post, "/d/1").allowed), "GET, HEAD, OPTIONS");
  EXPECT_EQ(router.routes().size(), 3U);
}

TEST(RateLimit, RefillsAndStaysBounded) {
  ManualClock clock;
  TokenBuckets buckets(clock, {.per_second = 2, .burst = 3}, 160);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(buckets.take("a"), 0);
  EXPECT_EQ(buckets.take("a"), 1);
  clock.advance(std::chrono::milliseconds(500));
  EXPECT_EQ(buckets.take("a"), 0);
  EXPECT_NE(buckets.take("a"), 0);
  for (int i = 0; i < 100'000; ++i) (void)buckets.take("flood" + std::to_string(i));
  EXPECT_LE(buckets.keys(), 160U + 16U);
  EXPECT_EQ(client_key("2001:db8:1:2:3:4:5:6"), client_key("2001:db8:1:2::1"));
  EXPECT_NE(client_key("2001:db8:1:2::1"), client_key("2001:db8:1:3::1"));
  EXPECT_EQ(client_key("192.0.2.1"), "192.0.2.1");
}

TEST(Response, HeadersCannotBeSplitAndNamesArriveWhole) {
  auto response = Response::text(200, "x");
  response.headers.add("X-Bad", "a\r\nSet-Cookie: b");
  response.download_as("月次\"報告.docx");
  const auto head = head_text(response);
  EXPECT_THAT(head, HasSubstr("X-Bad: a  Set-Cookie: b\r\n"));
  EXPECT_THAT(head, HasSubstr("filename*=UTF-8''%E6%9C%88%E6%AC%A1%22%E5%A0%B1%E5%91%8A.docx"));
  EXPECT_EQ(Response::file("/nonexistent", kText).error().code, "web.file_unreadable");
  EXPECT_EQ(Response::file("/", kText).error().code, "web.file_unreadable");
}

TEST(Problems, StatusAndWordsOfEveryCode) {
  const auto words = *schema::Words::load(std::string(YAGURA_SOURCE_DIR) + "/share/errors");
  const Problems problems(words);
  EXPECT_EQ(problems.status_of("ledger.record_not_found"), 404);
  EXPECT_EQ(problems.status_of("base.time_invalid"), 422) << "has words, so it is for people";
  EXPECT_EQ(problems.status_of("x.never_heard"), 500);
  const auto inner = problems.of(Error{"store.disk_full", {{"file", "/var/secret"}}}, Language::en, "r1");
  EXPECT_EQ(inner.status, 507);
  EXPECT_THAT(inner.body_text(), HasSubstr("store.disk_full"));
  EXPECT_THAT(inner.body_text(), Not(HasSubstr("secret")));
  const auto gone = problems.of(Error{"store.gone", {{"reason", "host db7"}}}, Language::en, "r1");
  EXPECT_EQ(gone.status, 503);
  EXPECT_THAT(gone.body_text(), HasSubstr("web.records_gone"));
  EXPECT_THAT(gone.body_text(), Not(HasSubstr("db7")));
  EXPECT_EQ(problems.of(Error{"store.locked", {{"reason", "x"}}}, Language::en, "r1").status, 503);
  EXPECT_THAT(inner.body_text(), HasSubstr("r1"));
  const auto limited = problems.of(Error{"web.rate_limited", {{"retry_after", "7"}}}, Language::en, "r2");
  EXPECT_EQ(limited.headers.get("Retry-After"), "7");
  EXPECT_THAT(limited.body_text(), HasSubstr("Wait 7 seconds"));
  const std::vector<schema::Fault> faults = {
      {"sites[2].kind", 0, Error{"schema.missing", {{"name", "kind"}}}},
      {"name", 0, Error{"schema.missing", {{"name", "name"}}}}};
  const auto body = problems.of(faults, Language::ja, "r3");
  EXPECT_EQ(body.status, 422);
  EXPECT_THAT(body.body_text(), HasSubstr("\"path\":\"sites[2].kind\""));
}

TEST(WorkerPool, LosesNoTaskAndStartsEachAlthoughOthersWait) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(3, 1'000'000);
    std::vector<std::thread> givers;
    for (int g = 0; g < 4; ++g)
      givers.emplace_back([&] {
        for (int i = 0; i < 20'000; ++i) {
          pool.submit_more([&] { ran.fetch_add(1); });
          if (i % 100 == 0)
            std::this_thread::sleep_for(std::chrono::microseconds(200));  // let them fall asleep
        }
      });
    for (auto& giver : givers) giver.join();
    for (int i = 0; i < 500 && ran < 80'000; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(ran, 80'000) << "while the pool is alive, not only at its end";
    // Three tasks that need each other: each must get a thread of its own.
    std::barrier together(3);
    std::atomic<int> met{0};
    for (int i = 0; i < 3; ++i)
      pool.submit_more([&] {
        together.arrive_and_wait();
        met.fetch_add(1);
      });
    for (int i = 0; i < 500 && met < 3; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(met, 3);
    for (int spare = met; spare < 3; ++spare) (void)together.arrive();
  }
  WorkerPool full(0, 2);
  WorkerPool::Task task = [] {};
  WorkerPool::Task second = [] {};
  WorkerPool::Task third = [] {};
  EXPECT_TRUE(full.submit(task));
  EXPECT_TRUE(full.submit(second));
  EXPECT_FALSE(full.submit(third));
  EXPECT_TRUE(third != nullptr);
}

TEST(Jobs, ShowProgressToTheirOwnerAloneAndCanBeCancelled) {
  SystemClock clock;
  IdSource ids(clock);
  JobBoard board(clock, ids, {.threads = 1, .waiting = 2});
  std::atomic<bool> go{false};
  const auto ended = [&](Id id) {
    for (int i = 0; i < 500; ++i) {
      if (board.get(id, "a")->ended) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  };
  const auto first = *board.submit({.account = "a", .kind = "k"}, [&](JobRun& run) -> Result<std::string> {
    run.progress(0.5, "半分", "half");
    run.progress(0.2, "戻らない", "never back");
    while (!go && !run.cancelled()) std::this_thread::yield();
    return "/result";
  });
  const auto second = *board.submit({.account = "a"}, [](JobRun&) -> Result<std::string> { return "never"; });
  while (board.get(first, "a")->progress < 0.5) std::this_thread::yield();
  EXPECT_EQ(board.get(first, "b").error().code, "web.job_not_found");
  EXPECT_FALSE(board.cancel(second, "b"));
  EXPECT_TRUE(board.cancel(second, "a"));
  go = true;
  ASSERT_TRUE(ended(first) && ended(second));
  EXPECT_EQ(board.get(first, "a")->result, "/result");
  EXPECT_EQ(board.get(first, "a")->progress, 1);
  EXPECT_EQ(board.get(second, "a")->state, JobState::cancelled);
  const auto thrown = *board.submit({.account = "a"}, [](JobRun&) -> Result<std::string> { throw 1; });
  ASSERT_TRUE(ended(thrown));
  EXPECT_EQ(board.get(thrown, "a")->error->code, "web.internal");
  EXPECT_EQ(board.list("a").size(), 3U);
  EXPECT_EQ(board.list("a").front().id, thrown);
}

}  // namespace
}  // namespace yagura::web
