// Operations that go on while their rank does something else.
#include "ThreadRanks.h"
#include "runtime/comm/SelfTest.h"
#include "runtime/core/Error.h"

#include <atomic>
#include <gtest/gtest.h>

using namespace orrery::runtime;

TEST(Progress, EverythingIsRightWithAThread) {
  auto world = World::alone();
  uint64_t alone = selfTest(*world);
  for (int ranks : {2, 3, 4})
    for (bool progress : {true, false}) {
      std::atomic<int> right{0};
      runThreads(ranks,
                 [&](World &world) {
                   EXPECT_EQ(world.progresses(), progress);
                   right += selfTest(world) == alone;
                 },
                 {.progress = progress});
      EXPECT_EQ(right, ranks);
    }
}

// The ranks start an operation and then do not call the world any more until it is done.
TEST(Progress, AStartedOperationFinishesByItself) {
  runThreads(4, [](World &world) {
    std::vector<float> values(300000, float(world.rank()));
    Request request = world.startAllReduce(values.data(), values.size(), Element::F32);
    while (!finished(request))
      std::this_thread::yield();
    EXPECT_EQ(values.front(), 6.0f);
    EXPECT_EQ(values.back(), 6.0f);
    world.wait(request);
    Traffic counts = world.traffic();
    EXPECT_EQ(counts.received, 2 * (values.size() - values.size() / 4) * sizeof(float));
    EXPECT_EQ(counts.whileWaiting, 0u);
    world.allReduce(values.data(), values.size(), Element::F32);
    EXPECT_EQ(world.traffic().received, 2 * counts.received);
    EXPECT_GT(world.traffic().whileWaiting, 0u);
    EXPECT_EQ(request, nullptr);
  });
}

// Without a thread a rank may poll.
TEST(Progress, DoneMovesOperationsOn) {
  runThreads(3,
             [](World &world) {
               std::vector<double> values(100000, 1.0);
               Request request = world.startAllReduce(values.data(), values.size(), Element::F64);
               while (!world.done(request))
                 std::this_thread::yield();
               EXPECT_EQ(values[77777], 3.0);
               world.wait(request);
             },
             {.progress = false});
}

// Buckets in the order of a backward pass, the last computed first, with work in between.
TEST(Progress, BucketsOverlapWithWork) {
  constexpr size_t buckets = 12, size = 20000;
  runThreads(2, [](World &world) {
    for (int step = 0; step < 5; ++step) {
      std::vector<std::vector<float>> gradients(buckets, std::vector<float>(size));
      std::vector<Request> requests;
      for (size_t b = buckets; b-- > 0;) {
        for (size_t i = 0; i < size; ++i)
          gradients[b][i] = float(b + i + size_t(world.rank() + step));
        requests.push_back(world.startAllReduce(gradients[b].data(), size, Element::F32));
      }
      for (Request &request : requests)
        world.wait(request);
      for (size_t b = 0; b < buckets; ++b)
        for (size_t i = 0; i < size; ++i)
          ASSERT_EQ(gradients[b][i], float(2 * (b + i + size_t(step)) + 1));
    }
  });
}

// What goes wrong in the thread is told to the rank that waits.
TEST(Progress, AMismatchReachesWhoWaits) {
  std::atomic<int> told{0};
  runThreads(2,
             [&](World &world) {
               std::vector<float> values(10 + size_t(world.rank()));
               Request request = world.startAllReduce(values.data(), values.size(), Element::F32);
               while (!finished(request))
                 std::this_thread::yield();
               try {
                 world.wait(request);
               } catch (const Error &error) {
                 told += error.code == "E0812";
               }
             },
             {.check = true});
  EXPECT_EQ(told, 2);
}

TEST(Progress, AWaitIsGivenUpAfterAWhile) {
  std::atomic<bool> told{false};
  runThreads(2,
             [&](World &world) {
               if (world.root())
                 try {
                   world.barrier();
                 } catch (const Error &error) {
                   EXPECT_EQ(error.exit, ExitAgain);
                   EXPECT_EQ(error.code, "E0814");
                   told = true;
                 }
               else
                 while (!told)
                   std::this_thread::yield();
             },
             {.timeout = 0.2});
  EXPECT_TRUE(told);
}
