namespace Digits.Drawing;

/// <summary>The ways in which people write each digit, as pen strokes in a box of 100 by 100.</summary>
internal static class DigitStyles
{
    private static readonly StrokePath[][] s_styles =
    [
        [
            StrokePath.Parse("M50 12 C26 12 22 34 22 50 C22 68 28 88 50 88 C72 88 78 68 78 50 C78 32 72 12 50 12"),
            StrokePath.Parse("M52 12 C36 12 34 34 34 50 C34 68 38 88 50 88 C64 88 66 68 66 50 C66 32 64 12 50 12"),
            StrokePath.Parse("M62 16 C34 6 22 34 24 54 C26 76 36 90 52 88 C76 84 80 56 76 38 C72 20 60 12 48 18"),
            StrokePath.Parse("M50 12 C26 12 22 34 22 50 C22 68 28 88 50 88 C72 88 78 68 78 50 C78 32 72 12 50 12 M68 24 L32 76"),
        ],
        [
            StrokePath.Parse("M50 12 L50 88"),
            StrokePath.Parse("M36 28 L53 12 L53 88"),
            StrokePath.Parse("M26 40 L56 12 L52 88"),
            StrokePath.Parse("M38 26 L53 12 L53 88 M34 88 L72 88"),
        ],
        [
            StrokePath.Parse("M26 30 C28 8 74 6 74 32 C74 52 40 68 26 88 L76 88"),
            StrokePath.Parse("M26 32 C30 8 72 6 72 30 C72 56 34 74 28 84 C22 92 40 76 48 82 C60 90 70 90 78 82"),
            StrokePath.Parse("M28 18 C50 8 74 12 72 34 L26 88 L76 86"),
            StrokePath.Parse("M30 20 C52 4 76 22 66 42 C60 56 48 70 32 84 C28 74 44 74 50 82 C58 90 72 90 76 84"),
        ],
        [
            StrokePath.Parse("M28 22 C38 8 72 8 72 30 C72 46 54 48 44 48 C58 48 76 52 76 68 C76 92 36 92 26 76"),
            StrokePath.Parse("M28 14 L72 14 L48 42 C66 42 78 52 76 68 C74 92 36 92 26 78"),
            StrokePath.Parse("M30 16 C56 6 74 22 64 38 C58 46 50 46 42 46 C66 44 80 62 68 78 C58 90 38 90 26 84"),
        ],
        [
            StrokePath.Parse("M34 12 L26 54 L78 54 M62 30 L62 90"),
            StrokePath.Parse("M62 90 L62 12 L22 62 L80 62"),
            StrokePath.Parse("M30 14 C28 40 26 54 40 54 L72 50 M70 12 L64 90"),
            StrokePath.Parse("M46 10 C40 34 32 48 24 60 C44 58 62 58 80 58 M58 38 L54 90"),
        ],
        [
            StrokePath.Parse("M72 14 L34 14 L30 46 C46 38 76 40 76 64 C76 92 36 94 24 78"),
            StrokePath.Parse("M34 14 L32 46 C50 36 74 46 74 64 C74 90 42 92 26 80 M34 14 L74 12"),
            StrokePath.Parse("M74 16 C50 8 30 18 34 38 C40 50 76 46 74 68 C72 92 34 90 26 80"),
        ],
        [
            StrokePath.Parse("M66 12 C40 22 26 46 26 66 C26 94 74 94 74 66 C74 46 36 44 28 64"),
            StrokePath.Parse("M54 10 C34 30 24 56 30 74 C38 94 72 90 72 68 C72 50 42 48 32 66"),
            StrokePath.Parse("M42 10 C34 40 30 60 34 76 C40 92 66 90 68 74 C68 60 46 56 36 74"),
        ],
        [
            StrokePath.Parse("M24 14 L76 14 L42 88"),
            StrokePath.Parse("M24 14 L76 14 L42 88 M34 50 L68 50"),
            StrokePath.Parse("M24 18 C40 12 60 14 76 14 C60 36 48 60 46 90"),
            StrokePath.Parse("M26 28 L26 14 L76 14 L44 88"),
        ],
        [
            StrokePath.Parse("M50 48 C28 44 28 12 50 12 C72 12 72 44 50 48 C22 54 22 88 50 88 C78 88 78 54 50 48"),
            StrokePath.Parse("M70 22 C60 6 28 10 30 28 C32 46 74 52 74 70 C74 94 26 94 26 70 C26 54 70 44 70 22"),
            StrokePath.Parse("M66 20 C52 4 30 18 38 34 C44 46 66 52 68 68 C68 90 36 92 34 72 C34 54 64 44 66 20"),
        ],
        [
            StrokePath.Parse("M72 34 C70 8 28 8 28 34 C28 58 70 56 72 34 L68 90"),
            StrokePath.Parse("M72 30 C66 6 28 12 30 36 C32 56 68 54 72 30 C76 58 70 92 36 88"),
            StrokePath.Parse("M70 16 C40 4 24 44 46 50 C62 52 70 34 72 16 L72 88"),
            StrokePath.Parse("M66 22 C54 6 34 14 34 32 C34 50 60 50 66 30 C66 50 62 70 52 90"),
        ],
    ];

    /// <summary>The styles of <paramref name="digit"/>; at least three.</summary>
    public static ReadOnlySpan<StrokePath> Of(int digit) => s_styles[digit];
}
