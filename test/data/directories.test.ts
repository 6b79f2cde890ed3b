import { openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const TABLE = "x,kind\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n";

describe("A directory of tables", () => {
  it.each(["test.csv", "TEST.csv", "mydata_test.csv", "mnist-test.tsv.gz"])(
    "whose only table is %s is refused: its rows would be trained on and tested on",
    async (name) => {
      const folder = temporaryFolder();
      writeTable(TABLE, name, folder);
      await expect(openDataset(folder)).rejects.toThrow(
        `expected a table to train on (train.csv), found only one to test on (${name}); put the other one beside it, or pass the path of ${name}`,
      );
    },
  );

  it("is split where its only table has another name, even one in which test is a part of a word", async () => {
    const folder = temporaryFolder();
    writeTable(TABLE, "contest.csv", folder);
    const { train, test, remarks } = await openDataset(folder, { testFraction: 0.5 });
    expect([...train, ...test].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(remarks.join()).not.toContain("not read");
  });

  it("says which tables it does not read", async () => {
    const folder = temporaryFolder();
    for (const name of ["a_train.csv", "b_train.csv", "test.csv", "test.csv.gz", "valid.csv"]) {
      writeTable(TABLE, name, folder);
    }
    const { remarks } = await openDataset(folder);
    expect(remarks[0]).toBe("not read: b_train.csv, test.csv.gz, valid.csv beside a_train.csv");
  });
});
