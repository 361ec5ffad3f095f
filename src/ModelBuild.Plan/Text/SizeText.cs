using System.Text;

namespace ModelBuild.Plan.Text;

/// <summary>Sizes as text without blanks or commas: <c>d0*64</c>, <c>(d0+3)/4</c>, <c>min(d0;16)</c>.</summary>
internal static class SizeText
{
    private const int MaxDepth = 64;

    public static string Format(PlanSize size)
    {
        var text = new StringBuilder();
        Append(text, size, 0);
        return text.ToString();
    }

    /// <summary>Reads a size; a plain number becomes a <see cref="SizeNumber"/>.</summary>
    /// <exception cref="PlanFormatException">The text is no size.</exception>
    public static PlanSize Parse(string text, int line)
    {
        var parser = new Parser(text, line);
        PlanSize size = parser.Sum(0);
        parser.ExpectEnd();
        return size;
    }

    // Levels: 0 sum, 1 product, 2 factor.
    private static void Append(StringBuilder text, PlanSize size, int level)
    {
        switch (size)
        {
            case SizeNumber number when number.Value < 0:
                text.Append('(').Append(TextNumbers.Format(number.Value)).Append(')');
                break;
            case SizeNumber number:
                text.Append(TextNumbers.Format(number.Value));
                break;
            case SizeDim dim:
                text.Append('d').Append(TextNumbers.Format(dim.Index));
                break;
            case SizeSum sum:
                Open(text, level > 0);
                Append(text, sum.A, 0);
                text.Append('+');
                Append(text, sum.B, 1);
                Close(text, level > 0);
                break;
            case SizeProduct product:
                Open(text, level > 1);
                Append(text, product.A, 1);
                text.Append('*');
                Append(text, product.B, 2);
                Close(text, level > 1);
                break;
            case SizeQuotient quotient:
                Open(text, level > 1);
                Append(text, quotient.Value, 1);
                text.Append('/').Append(TextNumbers.Format(quotient.Divisor));
                Close(text, level > 1);
                break;
            case SizeMinimum minimum:
                AppendChoice(text, "min(", minimum.A, minimum.B);
                break;
            case SizeMaximum maximum:
                AppendChoice(text, "max(", maximum.A, maximum.B);
                break;
        }
    }

    private static void AppendChoice(StringBuilder text, string name, PlanSize a, PlanSize b)
    {
        text.Append(name);
        Append(text, a, 0);
        text.Append(';');
        Append(text, b, 0);
        text.Append(')');
    }

    private static void Open(StringBuilder text, bool needed) => text.Append(needed ? "(" : "");

    private static void Close(StringBuilder text, bool needed) => text.Append(needed ? ")" : "");

    private sealed class Parser(string text, int line)
    {
        private int _position;

        public PlanSize Sum(int depth)
        {
            if (depth > MaxDepth)
            {
                throw new PlanFormatException(line, "A size is nested too deep.");
            }

            PlanSize value = Product(depth);
            while (Take('+'))
            {
                value = new SizeSum(value, Product(depth));
            }

            return value;
        }

        public void ExpectEnd()
        {
            if (_position != text.Length)
            {
                throw Error();
            }
        }

        private PlanSize Product(int depth)
        {
            PlanSize value = Factor(depth);
            while (true)
            {
                if (Take('*'))
                {
                    value = new SizeProduct(value, Factor(depth));
                }
                else if (Take('/'))
                {
                    value = Number() is long divisor and >= 2 ? new SizeQuotient(value, divisor) : throw Error();
                }
                else
                {
                    return value;
                }
            }
        }

        private PlanSize Factor(int depth)
        {
            if (Take("min("))
            {
                (PlanSize a, PlanSize b) = Choice(depth);
                return new SizeMinimum(a, b);
            }

            if (Take("max("))
            {
                (PlanSize a, PlanSize b) = Choice(depth);
                return new SizeMaximum(a, b);
            }

            if (Take('('))
            {
                PlanSize inner = Take('-') ? new SizeNumber(-Number()) : Sum(depth + 1);
                Expect(')');
                return inner;
            }

            if (Take('d'))
            {
                return Number() is long index and <= int.MaxValue ? new SizeDim((int)index) : throw Error();
            }

            return new SizeNumber(Take('-') ? -Number() : Number());
        }

        private (PlanSize A, PlanSize B) Choice(int depth)
        {
            PlanSize a = Sum(depth + 1);
            Expect(';');
            PlanSize b = Sum(depth + 1);
            Expect(')');
            return (a, b);
        }

        private long Number()
        {
            int start = _position;
            while (_position < text.Length && text[_position] >= '0' && text[_position] <= '9')
            {
                _position++;
            }

            return TextNumbers.TryParse(text.Substring(start, _position - start), out long value) ? value : throw Error();
        }

        private bool Take(char c)
        {
            bool found = _position < text.Length && text[_position] == c;
            _position += found ? 1 : 0;
            return found;
        }

        private bool Take(string word)
        {
            bool found = string.CompareOrdinal(text, _position, word, 0, word.Length) == 0;
            _position += found ? word.Length : 0;
            return found;
        }

        private void Expect(char c)
        {
            if (!Take(c))
            {
                throw Error();
            }
        }

        private PlanFormatException Error() => new(line, $"'{text}' is not a size.");
    }
}
