// What virtual ranks say about programs that would hang or compute nonsense on real ones.
#include "runtime/comm/Virtual.h"
#include "runtime/core/Error.h"

#include <gtest/gtest.h>

using namespace orrery::runtime;

// The message and its notes; empty if nothing was wrong.
static std::string complaint(int ranks, const std::function<void(World &)> &program,
                             const VirtualOptions &options = {}) {
  try {
    runRanks(ranks, program, options);
  } catch (const Error &error) {
    std::string text = error.code + ": " + error.what();
    for (const Note &note : error.notes)
      text += "\n" + note.text;
    return text;
  }
  return "";
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

static void allReduce(World &world, size_t count = 10, Element element = Element::F32) {
  std::vector<double> values(count);
  world.allReduce(values.data(), count, element);
}

TEST(Mistakes, ARankThatStaysAway) {
  std::string text = complaint(4, [](World &world) {
    if (world.rank() != 1)
      allReduce(world);
  });
  EXPECT_SAYS(text, "E0811: DEADLOCK: rank 0 waits for rank ");
  EXPECT_SAYS(text, "in all_reduce of 10 f32 sum (number 0, at MistakesTest.cpp:");
  EXPECT_SAYS(text, "\nrank 2 waits for rank 1 in all_reduce");
  EXPECT_SAYS(text, "\nrank 1 has finished");
}

TEST(Mistakes, AStayAwayWithoutChecksIsADeadlockToo) {
  std::string text = complaint(8,
                               [](World &world) {
                                 if (world.rank() != 5)
                                   world.barrier();
                               },
                               {.check = false});
  EXPECT_SAYS(text, "E0811: DEADLOCK: rank ");
  EXPECT_SAYS(text, "in barrier");
}

TEST(Mistakes, TwoReceivesThatWaitForEachOther) {
  std::string text = complaint(2, [](World &world) {
    int x = 0;
    world.receive(&x, sizeof x, 1 - world.rank(), 3);
    world.send(&x, sizeof x, 1 - world.rank(), 3);
  });
  EXPECT_SAYS(text, "DEADLOCK: rank 0 waits for rank 1 in receive of 4 bytes");
  EXPECT_SAYS(text, "\nrank 1 waits for rank 0 in receive");
}

// It would go well where messages are buffered, and hang for larger ones.
TEST(Mistakes, TwoSendsThatWaitForEachOther) {
  std::string text = complaint(2, [](World &world) {
    int x = 0;
    world.send(&x, sizeof x, 1 - world.rank(), 3);
    world.receive(&x, sizeof x, 1 - world.rank(), 3);
  });
  EXPECT_SAYS(text, "DEADLOCK: rank 0 waits for rank 1 in send");
}

TEST(Mistakes, AnotherOperation) {
  for (int odd : {0, 2, 6}) {
    std::string text = complaint(7, [&](World &world) {
      if (world.rank() == odd)
        world.barrier();
      else
        allReduce(world);
    });
    EXPECT_SAYS(text, "E0812: MISMATCH: this rank is in ");
    EXPECT_SAYS(text, "barrier of 0 bytes");
    EXPECT_SAYS(text, "all_reduce of 10 f32");
    EXPECT_SAYS(text, "the same order");
  }
}

TEST(Mistakes, AnotherCountTypeOrPlace) {
  std::string count =
      complaint(3, [](World &world) { allReduce(world, world.rank() == 1 ? 11 : 10); });
  EXPECT_SAYS(count, "MISMATCH");
  EXPECT_SAYS(count, "all_reduce of 11 f32");
  std::string type = complaint(3, [](World &world) {
    allReduce(world, 10, world.rank() == 2 ? Element::F64 : Element::F32);
  });
  EXPECT_SAYS(type, "all_reduce of 10 f64");
  std::string place = complaint(2, [](World &world) {
    if (world.root())
      world.barrier();
    else
      world.barrier();
  });
  EXPECT_SAYS(place, "MISMATCH");
  std::string root = complaint(3, [](World &world) {
    int x = 0;
    world.broadcast(&x, sizeof x, world.rank() == 1 ? 1 : 0);
  });
  EXPECT_SAYS(root, "MISMATCH");
}

TEST(Mistakes, MessagesOfDifferentLength) {
  std::string text = complaint(2, [](World &world) {
    char bytes[8];
    if (world.root())
      world.send(bytes, 8, 1, 0);
    else
      world.receive(bytes, 4, 0, 0);
  });
  EXPECT_SAYS(text, "MISMATCH");
  EXPECT_SAYS(text, "disagree about the length of a message");
}

TEST(Mistakes, TheErrorOfARankComesBeforeTheOthersWaiting) {
  std::string text = complaint(5, [](World &world) {
    if (world.rank() == 3)
      throw Error(ExitData, "E0500", "", "no such file");
    allReduce(world);
  });
  EXPECT_EQ(text, "E0500: no such file\non rank 3 of 5");
}

// Its messages are called back: their memory may be gone.
TEST(Mistakes, NobodyWritesToARankThatFailed) {
  std::vector<float> values(5000, 1.0f);
  std::string text = complaint(2,
                               [&](World &world) {
                                 if (world.root()) {
                                   world.startAllGather(values.data(), values.size(), Element::F32);
                                   throw Error(ExitData, "E0500", "", "no such file");
                                 }
                                 std::vector<float> mine(values.size(), 2.0f);
                                 world.allGather(mine.data(), mine.size(), Element::F32);
                               },
                               {.check = false});
  EXPECT_SAYS(text, "E0500");
  EXPECT_EQ(values, std::vector<float>(5000, 1.0f));
}

TEST(Mistakes, AbortEndsAll) {
  std::string text = complaint(5, [](World &world) {
    if (world.rank() == 2)
      world.abort(5);
    world.barrier();
  });
  EXPECT_SAYS(text, "rank 2 ended all ranks with code 5");
}

TEST(Mistakes, DisagreementNamesBothSides) {
  std::string text =
      complaint(6, [](World &world) { world.agree("the seed", world.rank() < 4 ? "17" : "18"); });
  EXPECT_SAYS(text, "E0813: the ranks do not agree on the seed\nrank 0 has 17\nrank 4 has 18");
}

// Ranks handle exceptions while others run: what is being handled must not get mixed up.
TEST(Mistakes, ExceptionsStayWithTheirRank) {
  int right = 0;
  runRanks(6, [&](World &world) {
    try {
      throw world.rank();
    } catch (int) {
      world.barrier();
      try {
        throw;
      } catch (int rank) {
        right += rank == world.rank();
      }
      world.barrier();
    }
  });
  EXPECT_EQ(right, 6);
}
