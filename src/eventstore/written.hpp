// How the characters of a folded fragment can have been written.
//
// Purpose: a text that holds the fragment once folded must hold, as it was written, one of the few forms of
//          each of its ideographs: so most texts need not be folded to know that they do not. Folding a page
//          costs more than unpacking it.
// Meaning: never misses a text; may let through others. Characters of which it cannot be said in few forms
//          (kana, Latin letters, digits) have none.
// Threads: pure functions; the table of forms is made once, at the first use, or by prepare_forms().
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yagura::eventstore {

// Of one character, folded: all that fold to something with it, UTF-8; empty: not to be said.
using Forms = std::vector<std::string>;
Forms forms_of(std::string_view character);
// Makes the tables of folding and of forms now (some 20 ms), so that the first question does not wait for them.
void prepare_forms();

// Of a few characters of these folded fragments, each in any form: a text without one of them holds not all
// of the fragments.
std::vector<Forms> written_in(const std::vector<std::string_view>& fragments);

}  // namespace yagura::eventstore
