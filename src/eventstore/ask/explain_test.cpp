#include "eventstore/ask/explain.hpp"

#include <gmock/gmock.h>

#include "eventstore/ask/example_kinds.hpp"

namespace yagura::eventstore {
namespace {

TEST(Explain, SaysWhatWasUnderstood) {
  const Vocabulary vocabulary(example_kinds());
  const auto now = calendar::at(calendar::make_date(2026, 11, 18), calendar::Minutes(870));
  const std::tuple<std::string_view, std::string_view, std::string_view> table[] = {
      {"", "すべてのログのうち、すべてを新しい順に。", "All logs; newest first."},
      {"user:tanaka 人事 time:先週 kind:operation",
       "PC操作ログのうち、2026年11月9日0時から11月15日24時までの、利用者が「tanaka」で、「人事」を含むものを"
       "新しい順に。",
       "PC operations from 2026-11-09 00:00 until 2026-11-15 24:00 where User is “tanaka” and any field "
       "contains "
       "“人事”; newest first."},
      {"人事 user:tanaka | sort oldest",
       "すべてのログのうち、「人事」を含み、利用者が「tanaka」であるものを古い順に。",
       "All logs where any field contains “人事” and User is “tanaka”; oldest first."},
      {"(path:*.xlsx OR path:*.docx) -user:e1 bytes:>1M",
       "すべてのログのうち、（ファイルが「*.xlsx」の形、またはファイルが「*."
       "docx」の形）のいずれかで、利用者が「e1」ではなく、大きさが1,"
       "048,577以上であるものを新しい順に。",
       "All logs where (File has the form “*.xlsx” or File has the form “*.docx”) and User is not “e1” and "
       "Bytes is "
       "at least 1,048,577; newest first."},
      {"-人事 to:今日12時30分 path:\"\" | count by section, action top 20",
       "すべてのログのうち、2026年11月18日12時30分までの、「人事」を含まず、ファイルが空であるものを所属・操"
       "作ごとに数える（多い順に20件"
       "）。",
       "All logs until 2026-11-18 12:30 where any field does not contain “人事” and File is empty; counted "
       "by Section, "
       "Action (the 20 largest)."},
      {"-(a b) | histogram 1h",
       "すべてのログのうち、（「a」を含み、「b」を含む）ではないものを1時間ごとに数える。",
       "All logs where not (any field contains “a” and any field contains “b”); counted by each 1 h."},
      {"a OR (b c)",
       "すべてのログのうち、（「a」を含む、または（「b」を含み、「c」を含む））のいずれかであるものを新しい順"
       "に。",
       "All logs where (any field contains “a” or (any field contains “b” and any field contains “c”)); "
       "newest first."},
      {"time:12/31..1/1 a | count",
       "すべてのログのうち、2025年12月31日0時から2026年1月1日24時までの、「a」を含むものの件数。",
       "All logs from 2025-12-31 00:00 until 2026-01-01 24:00 where any field contains “a”; counted."},
  };
  for (const auto& [text, ja, en] : table) {
    const auto asked = read_query(text, vocabulary, now);
    ASSERT_TRUE(asked) << text << asked.error().text();
    const auto words = explain(*asked, vocabulary);
    EXPECT_EQ(words.ja, ja) << text;
    EXPECT_EQ(words.en, en) << text;
  }
}

}  // namespace
}  // namespace yagura::eventstore
