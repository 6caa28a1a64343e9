#include "office.hpp"

#include <fmt/format.h>

#include "words.hpp"

namespace yagura::bench {

namespace {

template <std::size_t N>
std::string_view word(const std::string_view (&list)[N], std::uint64_t number) {
  return list[number % N];
}

std::string document_name(std::uint64_t number, std::string& extension) {
  auto h = scramble(number * 7 + 1);
  const auto type = h % std::size(words::documents);
  h = scramble(h);
  extension = words::extensions[type];
  const auto form = h % 10;
  h /= 10;
  const auto year = 2023 + h % 3;
  h /= 3;
  const auto month = 1 + h % 12;
  h /= 12;
  const auto day = 1 + h % 28;
  h /= 28;
  const auto date = fmt::format("{:04}{:02}{:02}", year, month, day);
  const auto subject = form < 6 ? company(scramble(number * 11 + 3) % 8000)
                                : std::string(word(words::projects, scramble(number * 13 + 5)));
  const auto what = words::documents[type];
  const auto version = word(words::versions, h / 640);
  switch (h % 5) {
    case 0:
      return fmt::format("{}_{}_{}{}", what, subject, date, version);
    case 1:
      return fmt::format("{}_{}{}{}", date, subject, what, version);
    case 2:
      return fmt::format("{}様_{}_{}{}", subject, what, date, version);
    case 3:
      return fmt::format("【{}】{}{}", what, subject, version);
    default:
      return fmt::format("{} {} 第{}回{}", subject, what, 1 + h / 5 % 30, version);
  }
}

}  // namespace

std::string company(std::uint64_t h) {
  const bool before = (h & 1U) != 0;
  h >>= 1U;
  const auto name = word(words::surnames, h);
  const auto trade = word(words::company_suffixes, h / std::size(words::surnames));
  return before ? fmt::format("株式会社{}{}", name, trade) : fmt::format("{}{}㈱", name, trade);
}

std::string page_title(std::uint32_t page, std::uint32_t host, const std::string& host_name) {
  const auto h = scramble(page * 91ULL + 7);
  // 32 bits wide: which company it is has been so since the first runs.
  return fmt::format("{}{}{} {} | {}", word(words::search_words, h), (h >> 8U & 1U) != 0 ? "の" : "・",
                     word(words::search_words, h >> 9U), word(words::page_titles, h >> 20U),
                     (h >> 30U & 3U) != 0 ? company((host * 2654435761U) % 8000) : host_name);
}

std::string_view program_of(std::string_view file) {
  const auto extension = file.substr(file.rfind('.') + 1);
  if (extension == "docx") return "WINWORD.EXE";
  if (extension == "pptx") return "POWERPNT.EXE";
  if (extension == "pdf") return "AcroRd32.exe";
  if (extension == "dwg") return "acad.exe";
  if (extension == "jpg") return "mspaint.exe";
  return "EXCEL.EXE";
}

Document Office::document(std::uint64_t number, const User& user) const {
  Document out;
  std::string extension;
  out.base = document_name(number, extension);
  out.full = out.base + "." + extension;
  auto h = scramble(number * 17 + 9);
  const auto place = h % 100;
  h /= 100;
  const auto home = "C:\\Users\\" + user.id;
  if (place < 55) {
    out.path =
        fmt::format("\\\\fs{:02}\\{}$\\{}\\{}", user.department % 12 + 1, department_names[user.department],
                    word(words::folders, h), word(words::subfolders, h / 16));
    if ((h / 512) % 3 == 0) out.path += "\\" + company((h / 4096) % 8000);
    out.path += "\\" + out.full;
  } else if (place < 70) {
    out.path = fmt::format("{}\\Documents\\{}\\{}", home, word(words::subfolders, h), out.full);
  } else if (place < 80) {
    out.path = fmt::format("{}\\Desktop\\{}", home, out.full);
  } else if (place < 86) {
    out.path = fmt::format("{}\\Downloads\\{}", home, out.full);
  } else if (place < 94) {
    out.path = fmt::format("{}\\OneDrive - 株式会社八雲\\{}\\{}", home, word(words::folders, h), out.full);
  } else {
    out.base = "~DF";
    out.full = fmt::format("~DF{:016X}.TMP", scramble(number));
    out.path = fmt::format("{}\\AppData\\Local\\Temp\\{}", home, out.full);
  }
  return out;
}

Office::Office(std::uint64_t seed, Chance& chance) : people(users), members(departments) {
  for (std::uint32_t i = 0; i < departments; ++i)
    department_names.push_back(
        fmt::format("{}{}", word(words::divisions, i), words::sections[i / std::size(words::divisions)]));
  const auto department = Weighted::zipf(departments, 0.7);
  for (std::uint32_t i = 0; i < pcs; ++i) {
    const auto h = scramble(i + seed * 1000003);
    pc_names.push_back(fmt::format("{}-{}{:05}", h % 100 < 45 ? words::sites[0] : word(words::sites, h >> 8U),
                                   i >= users            ? "SH"
                                   : (h >> 20U) % 3 != 0 ? "NB"
                                                         : "DT",
                                   i + 1));
  }
  std::vector<double> weights(users);
  for (std::uint32_t i = 0; i < users; ++i) {
    auto& user = people[i];
    user.department = department.pick(chance);
    user.pc = i;
    user.id = fmt::format("e{:06}", 100000 + (i * 7919U) % 900000U);
    const auto given = words::given_names[chance.below(std::size(words::given_names))];
    user.name = fmt::format("{} {}", words::surnames[chance.below(std::size(words::surnames))], given);
    user.mail = user.id + "@yakumo.example.jp";
    weights[i] = std::exp(0.8 * chance.gauss());
  }
  activity = Weighted(weights);
  for (std::uint32_t i = 0; i < users; ++i) members[people[i].department].push_back(i);
  constexpr std::string_view makers[] = {"4C5300", "AA0000", "0781", "E0D55E", "07B81C", "90008F"};
  for (std::uint32_t i = 0; i < usb_devices; ++i) {
    const auto h = scramble(i * 31 + seed);
    usb_serials.push_back(fmt::format("{}{:014X}", word(makers, h), scramble(h) & 0xFFFFFFFFFFFFFFULL));
    usb_owner.push_back(chance.below(users));
  }
  constexpr std::string_view ends[] = {".co.jp", ".jp", ".com", ".go.jp", ".ne.jp", ".net"};
  constexpr std::string_view parts[] = {"ka", "shi", "to", "mi", "ya", "no", "ri", "ko",
                                        "sa", "ha",  "ma", "ki", "ta", "na", "su", "mo"};
  for (std::uint32_t i = 0; i < hosts; ++i) {
    auto h = scramble(i * 77ULL + 5);
    auto name = std::string(i % 3 != 0 ? "www." : "");
    const auto count = 3 + h % 3;
    h >>= 4U;
    for (std::uint64_t k = 0; k < count; ++k, h >>= 4U) name += word(parts, h);
    if (i > 200) name += std::to_string(i);
    host_names.push_back(name + std::string(word(ends, scramble(i))));
  }
}

}  // namespace yagura::bench
