import type { BooksBody } from "@smart-park/core/wire";
import { expect, vi } from "vitest";
import type { ApiClient } from "./api-client.ts";

/** Waits until nothing is pending; then every value received, of each enterprise and of nobody, must be accounted for. */
export async function expectBalancedBooks(admin: ApiClient, timeoutMs = 30_000): Promise<BooksBody> {
  const books = await vi.waitFor(
    async () => {
      const now = await admin.get<BooksBody>("/books");
      expect(linesOf(now).map(({ pending }) => pending)).toEqual(linesOf(now).map(() => 0));
      return now;
    },
    { timeout: timeoutMs, interval: 250 },
  );
  for (const { id, received, stored, duplicate, quarantined, rejected } of linesOf(books))
    expect({ id, received }).toEqual({ id, received: stored + duplicate + quarantined + rejected });
  return books;
}

const linesOf = ({ enterprises, unattributed }: BooksBody) => [...enterprises, { id: "(nobody)", ...unattributed }];
