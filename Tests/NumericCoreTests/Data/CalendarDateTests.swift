import Foundation
import NumericCore
import Testing

@Suite struct CalendarDateTests {
  private static let calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  /// Against Foundation's calendar, on 500 days from 1600 to 2400 (seed 1), the ends of months and leap years.
  @Test func datesAreThoseOfTheCalendar() throws {
    var stream = RandomStream(RandomKey(seed: 1))
    var days = [(1900, 2, 28), (2000, 2, 29), (2024, 2, 29), (2023, 12, 31), (2024, 12, 31), (1970, 1, 1)]
    for _ in 0..<500 {
      days.append(
        (
          1600 + (try stream.uniformInteger(below: 801)), 1 + (try stream.uniformInteger(below: 12)),
          1 + (try stream.uniformInteger(below: 28))
        ))
    }
    for (year, month, day) in days {
      let text = String(format: "%04d-%02d-%02d", year, month, day)
      let date = try #require(CalendarDate(text), "\(text)")
      let expected = try #require(Self.calendar.date(from: DateComponents(year: year, month: month, day: day)))
      #expect(date.secondsSince1970 == expected.timeIntervalSince1970, "\(text)")
      let ordinal = Double(try #require(Self.calendar.ordinality(of: .day, in: .year, for: expected)))
      let length = Double(try #require(Self.calendar.range(of: .day, in: .year, for: expected)).count)
      #expect(abs(date.year - (Double(year) + (ordinal - 1) / length)) < 1e-12 * Double(year), "\(text)")
    }
  }

  @Test(arguments: [
    ("2024-03", 1_709_251_200), ("2024/03/31", 1_711_843_200), ("2024-03-31T12:30", 1_711_888_200),
    ("2024-03-31 12:30:15.5Z", 1_711_888_215.5), ("2024-03-31T12:30+01:00", 1_711_884_600),
    ("2024-03-31T12:30:00-0530", 1_711_908_000), ("2024-12-31T23:59:60", 1_735_689_600),
  ])
  func timesOfDayAndZonesAreRead(text: String, seconds: Double) throws {
    #expect(CalendarDate(text)?.secondsSince1970 == seconds)
  }

  @Test(arguments: [
    "", "2024", "24-03-31", "2024-13-01", "2024-02-30", "2023-02-29", "2024-03-31T", "2024-03-31T24:00",
    "2024-03-31T12", "2024-03-31T12:60", "2024-03-31T12:30:61", "2024-03-31T12:30+1", "2024-+3-31", "2024--03",
    "2024-03-31-01", "1e4-03", "2024-03-31T12:30:nan",
  ])
  func whatIsNoDateIsRefused(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test func aColumnOfDatesIsRead() throws {
    let table = try DataTable(text: "day,count\n2024-03-31,1\n2024-02-30,2\n", path: "days.csv")
    #expect(try table.isDated("day") && !table.isDated("count"))
    #expect(throws: DataTableError.notADate(path: "days.csv", line: 3, column: "day", value: "2024-02-30")) {
      try table.dates("day")
    }
  }
}
