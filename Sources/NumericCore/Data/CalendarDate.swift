/// A date of the Gregorian calendar: 2024-03-31, 2024/03/31 or 2024-03, with or without a time of day such as
/// 12:30 or 12:30:15.5 behind a `T` or a blank, in UTC, or in a zone that is named as in 12:30Z, 12:30+01:00 or
/// 12:30-0500. A second of 60 is the first of the next minute.
public struct CalendarDate: Sendable, Equatable {
  public let secondsSince1970: Double
  private let writtenYear: Int

  private static let secondsOfDay = 86_400.0

  /// Nil where the text is no date.
  public init?(_ text: String) {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
    guard let date = parts.first else { return nil }
    let fields = date.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }
    let numbers = fields.compactMap { Self.digits($0) }
    guard numbers.count == fields.count, 2...3 ~= fields.count, fields[0].count == 4 else { return nil }
    let (year, month, dayOfMonth) = (numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : 1)
    guard 1...12 ~= month, 1...Self.length(ofMonth: month, year) ~= dayOfMonth else { return nil }
    var seconds = 0.0
    if parts.count == 2 {
      guard let time = Self.timeOfDay(parts[1]) else { return nil }
      seconds = time
    }
    writtenYear = year
    let day =
      Self.daysSince1970(to: year) + (1..<month).reduce(0) { $0 + Self.length(ofMonth: $1, year) } + dayOfMonth - 1
    secondsSince1970 = Double(day) * Self.secondsOfDay + seconds
  }

  /// As a number of years: the year, and the part of it that has passed.
  public var year: Double {
    let start = Self.daysSince1970(to: writtenYear)
    let length = Self.daysSince1970(to: writtenYear + 1) - start
    return Double(writtenYear) + (secondsSince1970 / Self.secondsOfDay - Double(start)) / Double(length)
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func length(ofMonth month: Int, _ year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// To the first of January; of years from 0 on.
  private static func daysSince1970(to year: Int) -> Int {
    func leapYears(before year: Int) -> Int { (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400 }
    return 365 * (year - 1970) + leapYears(before: year) - leapYears(before: 1970)
  }

  /// In seconds of the day of UTC on the same date: below 0, or more than a day, where the zone is on another date.
  private static func timeOfDay(_ text: Substring) -> Double? {
    guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else {
      return clock(text.hasSuffix("Z") ? text.dropLast() : text)
    }
    let zone = text[text.index(after: sign)...]
    let colon = zone.contains(":") ? zone : zone.prefix(2) + ":" + zone.dropFirst(2)
    guard let time = clock(text[..<sign]), let offset = clock(colon) else { return nil }
    return text[sign] == "+" ? time - offset : time + offset
  }

  private static func clock(_ text: Substring) -> Double? {
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    guard 2...3 ~= fields.count, let hours = digits(fields[0]), let minutes = digits(fields[1]), hours < 24, minutes < 60
    else { return nil }
    guard fields.count == 3 else { return Double(60 * (60 * hours + minutes)) }
    guard fields[2].first?.isNumber == true, let seconds = Double(fields[2]), seconds < 61 else { return nil }
    return Double(60 * (60 * hours + minutes)) + seconds
  }

  /// Of digits alone: no sign, no blank.
  private static func digits(_ text: Substring) -> Int? {
    text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
  }
}
