// How the process gets its memory.
//
// Purpose: glibc gives many threads heaps of their own, eight for each processor, and what one thread frees of
//          another's stays there: a server that takes in events from 32 connections held a quarter more than
//          it used. One heap for each processor, two at least, costs nothing that could be measured.
// Threads: call it before there are others.
#pragma once

namespace yagura {

void use_few_heaps();

}  // namespace yagura
