import Foundation

/// A date of the Gregorian calendar: 2024-03-31, 2024/03/31 or 2024-03, with or without a time of day such as
/// 12:30 or 12:30:15 behind a `T` or a blank, in UTC, or in a zone that is named as in 12:30+01:00.
struct CalendarDate {
  /// As a number of years: the year, and the part of it that has passed.
  let year: Double

  /// Nil where the text is no date.
  init?(_ text: String) {
    let parts = text.split(maxSplits: 1) { $0 == "T" || $0 == " " }
    guard let date = parts.first else { return nil }
    let fields = date.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }
    let numbers = fields.compactMap { Int($0) }
    guard numbers.count == fields.count, fields.count == 2 || fields.count == 3, fields[0].count == 4 else {
      return nil
    }
    let (y, m, d) = (numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : 1)
    let isLeap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard 1...12 ~= m, 1...lengths[m - 1] ~= d else { return nil }
    var day = Double(lengths[..<(m - 1)].reduce(0, +) + d - 1)
    if parts.count == 2 {
      guard let time = Self.timeOfDay(parts[1]) else { return nil }
      day += time
    }
    year = Double(y) + day / (isLeap ? 366 : 365)
  }

  /// The part of the day that has passed; below 0 or above 1 where the zone's day is not that of UTC.
  private static func timeOfDay(_ text: Substring) -> Double? {
    guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else {
      return clock(text.hasSuffix("Z") ? text.dropLast() : text)
    }
    guard let time = clock(text[..<sign]), let offset = clock(text[text.index(after: sign)...]) else { return nil }
    return text[sign] == "+" ? time - offset : time + offset
  }

  private static func clock(_ text: Substring) -> Double? {
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { Double($0) }
    guard numbers.count == fields.count, 2...3 ~= fields.count else { return nil }
    guard 0..<24 ~= numbers[0], numbers.dropFirst().allSatisfy({ 0..<60 ~= $0 }) else { return nil }
    return zip(numbers, [3600.0, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 } / 86_400
  }
}
