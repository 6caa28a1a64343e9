// The write-ahead log: what was acknowledged and is in no segment yet.
//
// Purpose: a record is on disk when append() returns. Whoever comes while others are being written waits for
//          the next write together with all others who came (group commit), so many writers cost one
//          fdatasync.
// Form:    docs/formats/event-log.md: magic, length, checksum, payload; files of one folder, numbered.
// Errors:  eventstore.disk_full, eventstore.gone. After either the record is not in the log: what was written
//          of it is cut off again. Where even that fails, every later append fails until the store is opened
//          anew.
// Threads: append() from any thread; rotate() too.
#pragma once

#include <semaphore.h>

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

class WriteAheadLog {
 public:
  // Begins the file of this number; it must not be there yet.
  static Result<std::unique_ptr<WriteAheadLog>> create(const std::filesystem::path& folder,
                                                       std::uint64_t number);
  ~WriteAheadLog();
  WriteAheadLog(const WriteAheadLog&) = delete;
  WriteAheadLog& operator=(const WriteAheadLog&) = delete;

  // Answers the number of the file in which it stands. placed() runs, one thread at a time and in the order
  // of the log, once the record is on disk and before the file can be ended: what it notes belongs to that
  // file.
  Result<std::uint64_t> append(std::string_view payload,
                               const std::function<void(std::uint64_t file)>& placed);
  // Ends the file; later records go into the next. Answers the number of the new one.
  Result<std::uint64_t> rotate();
  // Bytes in the file that is written now.
  [[nodiscard]] std::uint64_t bytes() const;

  static std::filesystem::path file(const std::filesystem::path& folder, std::uint64_t number);
  // Numbers of the files that are there, ascending.
  static Result<std::vector<std::uint64_t>> numbers(const std::filesystem::path& folder);

  struct Replayed {
    std::uint64_t records = 0;
    std::uint64_t unfinished = 0;     // bytes at the end that were never acknowledged
    std::vector<std::string> damage;  // what was lost between records that can be read, in words
  };
  // Every whole record of a file, in order. What cannot be read is passed over and told.
  static Result<Replayed> replay(const std::filesystem::path& file,
                                 const std::function<Result<void>(std::string_view)>& sink);

 private:
  WriteAheadLog(std::filesystem::path folder, std::uint64_t number, int fd);
  Result<void> write_group(std::string_view bytes);
  Result<void> open_next(std::uint64_t number);

  // The library's own semaphores yield the processor some times before they wait: here it is always for a
  // disk.
  class Signal {
   public:
    Signal();
    ~Signal();
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;
    void give();
    void wait();

   private:
    sem_t given_;
  };
  // One who waits; woken once: with done when somebody else wrote his record, without when it is his turn to
  // write.
  struct Waiting {
    std::string_view payload;
    std::uint64_t sum;
    const std::function<void(std::uint64_t)>* placed;
    std::optional<Result<std::uint64_t>> done{};
    Signal woken{};
  };
  // Gives the turn to the next, or to rotate() when it waits. With the lock.
  void pass_on();
  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiting*> waiting_;
  std::string group_;     // of who has the turn; kept for its memory
  bool writing_ = false;  // somebody has the turn
  int rotating_ = 0;      // so many wait for nobody to have it
  std::uint64_t number_;
  int fd_;
  std::uint64_t size_ = 0;  // what is on disk and acknowledged
  std::optional<Error> broken_;
};

}  // namespace yagura::eventstore
