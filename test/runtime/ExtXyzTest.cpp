// Extended XYZ: what the dialect allows is read, what is wrong is refused where it stands.
#include "runtime/io/ExtXyz.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/io/XyzFile.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace orrery::runtime;

namespace {

std::vector<XyzFrame> framesOf(const std::string &text) {
  std::vector<XyzFrame> frames;
  XyzReader reader("a.extxyz", text);
  for (XyzFrame frame; reader.next(frame);)
    frames.push_back(frame);
  return frames;
}

// "place: message" of the refusal; "" if the text is taken.
std::string refusal(const std::string &text) {
  try {
    framesOf(text);
  } catch (const Error &error) {
    EXPECT_EQ(error.exit, ExitData);
    EXPECT_EQ(error.code, "E0510");
    return error.place + ": " + error.what();
  }
  return "";
}

// The same, as a file of which `atOnce` bytes are read; each frame and where it stands.
std::vector<std::string> piecesOf(const std::string &path, size_t atOnce) {
  std::vector<std::string> pieces;
  auto describe = [](const XyzFrame &frame) {
    std::string text = std::to_string(frame.number) + ", line " + std::to_string(frame.line) + ": ";
    appendXyz(text, frame);
    return text;
  };
  try {
    XyzFile file(path, atOnce);
    int64_t begin = 0;
    for (XyzFrame frame; file.next(frame); begin = file.position()) {
      pieces.push_back(describe(frame));
      XyzFrame again = XyzFile::frameAt(path, begin, file.position(), file.state());
      again.number = frame.number;
      again.line = frame.line;
      EXPECT_EQ(describe(again), pieces.back());
    }
  } catch (const Error &error) {
    pieces.push_back(error.place + ": " + error.what() + " [" + error.code + "]");
  }
  return pieces;
}

TEST(ExtXyz, FilesAreReadPieceByPiece) {
  const std::string atom = "H 0.5 1 2\n", frame = "3\nenergy=1\n" + atom + atom + atom;
  std::string path = testing::TempDir() + "orrery-pieces-" + std::to_string(getpid()) + ".extxyz";
  auto last = [&](const std::string &text) {
    writeFile(path, text);
    std::vector<std::string> whole = piecesOf(path, 1 << 20);
    for (size_t atOnce : {1u, 2u, 7u, 30u, 64u})
      EXPECT_EQ(piecesOf(path, atOnce), whole) << text;
    return whole.empty() ? "" : whole.back();
  };
  EXPECT_EQ(last(""), "");
  EXPECT_EQ(last("\n \n"), "");
  EXPECT_EQ(last("\xEF\xBB\xBF" + frame).substr(0, 13), "1, line 1: 3\n");
  EXPECT_EQ(last(frame + "\n\n1\n\nO 1 2 3").substr(0, 11), "2, line 8: ");
  EXPECT_EQ(last(frame + frame + frame + "0\n\n" + frame + "\n").substr(0, 13), "5, line 18: 3");
  EXPECT_EQ(last(frame + "3\n\n" + atom + atom),
            path + ":9: frame 2: the file ends after 2 of 3 atoms [E0510]");
  EXPECT_EQ(last(frame + frame + "4x\n\n"),
            path + ":11: frame 3: '4x' stands where the number of atoms is expected [E0510]");
  EXPECT_EQ(last(frame + "100\n\n" + atom),
            path + ":6: frame 2: 100 atoms are promised, but the rest of the file has only 11 "
                   "bytes [E0510]");
  EXPECT_EQ(last("1\nProperties=pos:R:999\n1\n" + frame),
            path +
                ":2: frame 1: column 'pos' promises 999 values, but the rest of the file has "
                "only " +
                std::to_string(2 + frame.size()) + " bytes [E0510]");
  // A file that grows meanwhile.
  writeFile(path, frame + frame);
  XyzFile file(path, 30);
  XyzFrame read;
  EXPECT_TRUE(file.next(read));
  std::ofstream(path, std::ios::app) << "nonsense\n";
  EXPECT_THROW(
      {
        while (file.next(read))
          ;
      },
      Error);
  try {
    XyzFile::frameAt(path, 0, 10, file.state());
    ADD_FAILURE();
  } catch (const Error &error) {
    EXPECT_EQ(error.code, "E0511");
  }
  std::filesystem::remove(path);
}

TEST(ExtXyz, CellsAndColumns) {
  auto frames = framesOf("2\nLattice=\"4 0 0 0 5 0 0 0 6\" Properties=species:S:1:pos:R:3:tag:I:1:"
                         "fixed:L:1 energy=-1.5d0 pbc=\"T F T\"\r\n"
                         "Cu 0 0 1.0D-1 7 T\r\nAu  1 2 +3 -8 False\n"
                         "\n"
                         "1\n\n  H\t1 2 3\n");
  ASSERT_EQ(frames.size(), 2u);
  const XyzFrame &f = frames[0];
  EXPECT_EQ((*f.lattice)[4], 5);
  EXPECT_EQ(f.pbc, (std::array<bool, 3>{true, false, true}));
  EXPECT_EQ(f.column("species")->words, (std::vector<std::string>{"Cu", "Au"}));
  EXPECT_EQ(f.column("pos")->numbers, (std::vector<double>{0, 0, 0.1, 1, 2, 3}));
  EXPECT_EQ(f.column("tag")->numbers, (std::vector<double>{7, -8}));
  EXPECT_EQ(f.column("fixed")->numbers, (std::vector<double>{1, 0}));
  EXPECT_EQ(f.value("energy")->numbers, (std::vector<double>{-1.5}));
  EXPECT_EQ(frames[1].line, 6);
  EXPECT_EQ(frames[1].number, 2);
  EXPECT_FALSE(frames[1].lattice);
}

TEST(ExtXyz, CellWithoutPbcIsPeriodic) {
  EXPECT_TRUE(framesOf("1\nLattice=\"1 0 0 0 1 0 0 0 1\"\nH 0 0 0\n")[0].pbc[1]);
  EXPECT_FALSE(framesOf("1\n\nH 0 0 0\n")[0].pbc[1]);
}

TEST(ExtXyz, Values) {
  XyzFrame f = framesOf("1\n'a b'=\"say \\\"x=1\\\"\" bare v=[1, 2.5] m=[[1,2],[3,4]] old={1 2 3} "
                        "w=[\"x\", y] q=\"1 2 3\" name=C-1\nH 0 0 0\n")[0];
  EXPECT_EQ(f.value("a b")->words[0], "say \"x=1\"");
  EXPECT_EQ(f.value("bare")->type, 'L');
  EXPECT_EQ(f.value("v")->type, 'R');
  EXPECT_EQ(f.value("m")->shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(f.value("old")->numbers, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(f.value("w")->words, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(f.value("q")->type, 'I');
  EXPECT_EQ(f.value("name")->words[0], "C-1");
  std::string again;
  appendXyz(again, f);
  std::string twice;
  appendXyz(twice, framesOf(again)[0]);
  EXPECT_EQ(again, twice);
}

// What other programs write, and sentences.
TEST(ExtXyz, LooseComments) {
  XyzFrame f = framesOf("\xEF\xBB\xBF"
                        "1\nenergy = -3.5 n= 2 m =3 none= last=4 d=1,2.5,3\nH 0 0 0\n")[0];
  EXPECT_EQ(f.value("energy")->numbers, (std::vector<double>{-3.5}));
  EXPECT_EQ(f.value("n")->numbers, (std::vector<double>{2}));
  EXPECT_EQ(f.value("m")->numbers, (std::vector<double>{3}));
  EXPECT_EQ(f.value("none")->type, 'S');
  EXPECT_EQ(f.value("last")->numbers, (std::vector<double>{4}));
  EXPECT_EQ(f.value("d")->numbers, (std::vector<double>{1, 2.5, 3}));
  f = framesOf("1\nstep of the run of the day, E = -1.5\nH 0 0 0\n")[0];
  EXPECT_EQ(f.value("E")->numbers, (std::vector<double>{-1.5}));
  f = framesOf("1\na=\"_JSON [[1.5, 2], [3, 4]]\" b=\"_JSON [1, \\\"x\\\"]\" c=\"_JSON [[1], "
               "2]\"\nH 0 0 0\n")[0];
  EXPECT_EQ(f.value("a")->numbers, (std::vector<double>{1.5, 2, 3, 4}));
  EXPECT_EQ(f.value("b")->words, (std::vector<std::string>{"_JSON [1, \"x\"]"}));
  EXPECT_EQ(f.value("c")->type, 'S');
}

// A file written again says the same: nothing is rounded or put into another form.
TEST(ExtXyz, ValuesStayAsTheyAre) {
  std::string comment = "a={bulk Si} id=9007199254740993 b=[[1, 2], [3, 4]] c='x y' d=007 e=1.0D-3";
  std::string again;
  appendXyz(again, framesOf("1\nnone=\"\" " + comment + "\nH 0 0 0\n")[0]);
  EXPECT_EQ(again, "1\nProperties=species:S:1:pos:R:3 " + comment +
                       " pbc=\"F F F\" none=\"\"\nH 0.0 0.0 0.0\n");
}

TEST(ExtXyz, Refusals) {
  EXPECT_EQ(refusal("x\n"),
            "a.extxyz:1: frame 1: 'x' stands where the number of atoms is expected");
  EXPECT_EQ(refusal("-1\n\n"), "a.extxyz:1: frame 1: -1 atoms");
  EXPECT_EQ(refusal("1"), "a.extxyz:1: frame 1: the file ends before the frame's second line");
  EXPECT_EQ(refusal("2\n\nH 0.000 0.000 0.000\n"),
            "a.extxyz:3: frame 1: the file ends after 1 of 2 atoms");
  EXPECT_EQ(refusal("1\n\nH 0 0 0\nH 0 0 0\n"),
            "a.extxyz:4: frame 2: 'H 0 0 0' stands where the number of atoms is expected");
  EXPECT_EQ(refusal("1000000000000\n\nH 0 0 0\n"),
            "a.extxyz:1: frame 1: 1000000000000 atoms are promised, but the rest of the file has "
            "only 9 bytes");
  EXPECT_EQ(refusal("1\nProperties=pos:R:999999\n1\n"),
            "a.extxyz:2: frame 1: column 'pos' promises 999999 values, but the rest of the file "
            "has only 2 bytes");
  EXPECT_EQ(refusal("1\n\nH 0 0\n"),
            "a.extxyz:3: frame 1: atom 1 has 3 values, but 4 are promised");
  EXPECT_EQ(refusal("1\n\nH 0 0 0 0\n"),
            "a.extxyz:3: frame 1: atom 1 has more than the 4 values that are promised");
  EXPECT_EQ(refusal("1\n\nH 0 0 1.2.3\n"),
            "a.extxyz:3: frame 1: 'pos' of atom 1 is '1.2.3', which is no number");
  EXPECT_EQ(refusal("1\nProperties=species:S:1:pos:X:3\nH 0 0 0\n"),
            "a.extxyz:2: frame 1: Properties=species:S:1:pos:X:3 is no list of name:type:width");
  EXPECT_EQ(refusal("1\nProperties=pos:R:3:pos:R:3\n0 0 0 0 0 0\n"),
            "a.extxyz:2: frame 1: column 'pos' is there twice");
  EXPECT_EQ(refusal("1\nLattice=\"1 2 3\"\nH 0 0 0\n"),
            "a.extxyz:2: frame 1: Lattice=\"1 2 3\" is not nine numbers");
  EXPECT_EQ(refusal("1\npbc=\"T F\"\nH 0 0 0\n"),
            "a.extxyz:2: frame 1: pbc=\"T F\" is not three of T and F");
  EXPECT_EQ(refusal("1\na=\"x\nH 0 0 0\n"), "a.extxyz:2: frame 1: a \" is not closed");
  EXPECT_EQ(refusal("1\na=[1, [2\nH 0 0 0\n"), "a.extxyz:2: frame 1: a '[' is not closed");
  EXPECT_EQ(refusal("1\na=[[1],[2,3]]\nH 0 0 0\n"),
            "a.extxyz:2: frame 1: the rows of a list differ in length");
  EXPECT_EQ(refusal("1\na=1 a=2\nH 0 0 0\n"), "a.extxyz:2: frame 1: 'a' is given twice");
  EXPECT_EQ(refusal("1\na a=T\nH 0 0 0\n"), "a.extxyz:2: frame 1: 'a' is given twice");
  EXPECT_EQ(refusal("1\n= 2\nH 0 0 0\n"), "a.extxyz:2: frame 1: a '=' without a name before it");
}

} // namespace
