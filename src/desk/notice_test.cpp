#include "desk/notice.hpp"

#include <gtest/gtest.h>

#include "calendar/civil.hpp"

namespace yagura::desk {
namespace {

Incident fan() {
  Incident i;
  i.number = "2026-0007";
  i.title = "dc-core-a ファン装置に異常が発生した";
  i.title_en = "dc-core-a Fan failed";
  i.severity = "major";
  i.detected_at = calendar::parse_instant("2026-04-28T17:10").value();
  i.place.device_name = "dc-core-a";
  i.next_due = i.detected_at + std::chrono::minutes(30);
  return i;
}

TEST(Notice, TimesAreJapansWithTheWeekdayInBothLanguages) {
  const auto mail = notice_of(fan(), {"架空市", "Kakuu City"}, {"第一報", "First report"});
  EXPECT_EQ(mail.subject, "[2026-0007] 【重要】dc-core-a ファン装置に異常が発生した");
  EXPECT_EQ(
      mail.body,
      "架空市\n\nインシデント 2026-0007\n内容：dc-core-a ファン装置に異常が発生した\n重要度：重要\n"
      "検知：2026-04-28（火）17:10\n機器：dc-core-a\n次の期限（第一報）：2026-04-28（火）17:40\n\n"
      "Incident 2026-0007\nWhat: dc-core-a Fan failed\nSeverity: major\nDetected: 2026-04-28 (Tue) 17:10\n"
      "Device: dc-core-a\nNext deadline (First report): 2026-04-28 (Tue) 17:40\n");
}

TEST(Notice, WhatIsNotKnownIsLeftOutAndAPersonsTitleStandsInBoth) {
  auto incident = fan();
  incident.title = "窓口から連絡";
  incident.title_en.clear();
  incident.place = {};
  incident.next_due.reset();
  const auto mail = notice_of(incident, {"架空市", "Kakuu City"}, {});
  EXPECT_EQ(mail.body.find("機器"), std::string::npos);
  EXPECT_EQ(mail.body.find("期限"), std::string::npos);
  EXPECT_NE(mail.body.find("What: 窓口から連絡"), std::string::npos);
}

}  // namespace
}  // namespace yagura::desk
