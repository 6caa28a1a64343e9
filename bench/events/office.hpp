// The people, PCs, documents and pages that the generator's events are about.
#pragma once

#include <string>
#include <vector>

#include "chance.hpp"

namespace yagura::bench {

constexpr std::uint32_t users = 9000, pcs = 10000, departments = 60, usb_devices = 2500, hosts = 20000,
                        pages = 200000;

struct Document {
  std::string base, full, path;  // name without and with extension, path
};

struct User {
  std::uint32_t department = 0, pc = 0;
  std::string id, name, mail;
};

// The name of the company with this number.
std::string company(std::uint64_t number);
// A title of a page; host: the name of its site.
std::string page_title(std::uint32_t page, std::uint32_t host, const std::string& host_name);
// Which program opens a file of this name.
std::string_view program_of(std::string_view file);

struct Office {
  Office(std::uint64_t seed, Chance& chance);
  // What the number says of a document, as this user sees it.
  [[nodiscard]] Document document(std::uint64_t number, const User& user) const;

  std::vector<std::string> department_names, pc_names, usb_serials, host_names;
  std::vector<User> people;
  std::vector<std::vector<std::uint32_t>> members;  // of each department
  std::vector<std::uint32_t> usb_owner;
  Weighted activity;  // of the people
};

}  // namespace yagura::bench
