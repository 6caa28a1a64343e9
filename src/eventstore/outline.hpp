// Which of many segments have a fragment, without a look at each of them.
//
// Purpose: a word that stands nowhere, or in few segments, is asked of one file for every 64 segments in place of each of them.
//          It has the shortest fragments of all that a segment's texts and names hold; longer ones, which tell more
//          of what is frequent, only the segment's own lists have.
// Meaning: never misses a segment. It holds nothing that the segments do not: one that is lost or damaged is made
//          anew.
// Form:    docs/formats/event-outline.md.
// Errors:  eventstore.damaged (reason), those of file.hpp.
// Threads: an outline may be asked by many; a writer is one thread's.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "eventstore/condition_plan.hpp"
#include "eventstore/gram_file.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

class Outline {
 public:
  static constexpr std::size_t most_members = 64;
  // A segment as the manifest knows it; another that has its number by mistake differs in the rest.
  struct Member {
    std::uint64_t number = 0;
    std::int64_t rows = 0, bytes = 0;
    bool operator==(const Member&) const = default;
  };
  using Places = GramTable::Pages;  // of members
  struct Contents {
    std::vector<Member> members;
    GramTable table;  // each member as if it were a page
  };
  static std::string write(const Contents& contents);
  // Nothing where it is none.
  static std::optional<Contents> read(std::string_view bytes);

  static Result<std::shared_ptr<const Outline>> open(const std::filesystem::path& path);
  [[nodiscard]] const std::vector<Member>& members() const { return contents_.members; }
  [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }
  // Those in which a text or name may hold the folded fragment.
  [[nodiscard]] Result<Places> members_with(std::string_view folded) const;
  // Something of it could not be read.
  [[nodiscard]] bool is_damaged() const { return damaged_; }
  void note_damage() const { damaged_ = true; }

 private:
  Outline(InFile file, Contents contents) : file_(std::move(file)), contents_(std::move(contents)) {}
  const InFile file_;
  const Contents contents_;
  mutable std::atomic<bool> damaged_{false};
};

class OutlineWriter {
 public:
  // At most Outline::most_members. meanwhile is called now and then, its error ends it; after an error the writer is worthless.
  Result<void> add(const Outline::Member& member, const Segment& segment,
                   const std::function<Result<void>()>& meanwhile);
  // On disk, whole, when it returns; before that, what was there.
  Result<void> finish(const std::filesystem::path& path);

 private:
  Result<void> write(const std::filesystem::path& made);
  std::vector<Outline::Member> members_;
  ShortestGrams grams_;
  GramTableBuilder table_;
};

// What one search wants to know of an outline, found out when it is first asked.
// Threads: any, at once.
class AskedOutline {
 public:
  // plan must outlive this.
  AskedOutline(std::shared_ptr<const Outline> outline, const ConditionPlan& plan)
      : outline_(std::move(outline)), plan_(plan) {}
  // False: nothing in this member fulfils the plan. Where the outline cannot be read each may.
  [[nodiscard]] bool may_hold(std::size_t member);

 private:
  const std::shared_ptr<const Outline> outline_;
  const ConditionPlan& plan_;
  std::once_flag once_;
  ConditionPlan::Marks marks_;
};

}  // namespace yagura::eventstore
