using System.Collections.Generic;

namespace ModelBuild.Plan.Text;

/// <summary>Reads the lines that only a plan has whose sizes are given with the call, and checks what names those sizes.</summary>
internal static class SizedPlanReader
{
    public static PlanList<PlanDim> ReadDims(TextLines lines)
    {
        var dims = new List<PlanDim>();
        var identifiers = new HashSet<string>(PlanDim.Reserved, System.StringComparer.Ordinal);
        while (lines.NextIs("dim") || lines.NextIs("counted"))
        {
            // Those of the call come first.
            bool isCounted = lines.NextIs("counted") || (dims.Count > 0 && dims[dims.Count - 1].IsCounted);
            LineScanner scanner = lines.ReadScanner(isCounted ? "counted" : "dim");
            string name = scanner.ReadQuoted();
            scanner.Expect(' ');
            string identifier = NameChecks.Identifier(scanner.ReadWord(), lines.Number);
            scanner.Expect(' ');
            bool isNumber = TextNumbers.TryParse(scanner.ReadWord(), out long minimum);
            scanner.Expect(' ');
            isNumber &= TextNumbers.TryParse(scanner.ReadWord(), out long maximum);
            scanner.Expect(' ');
            isNumber &= TextNumbers.TryParse(scanner.ReadWord(), out long step);
            PlanSize? bound = isCounted ? ReadBound(scanner, dims.Count, lines.Number) : null;
            scanner.ExpectEnd();
            if (!isNumber || step < 1 || minimum < 0 || maximum < minimum || maximum > int.MaxValue || !identifiers.Add(identifier) || dims.Count == PlanDim.MostDims)
            {
                throw lines.Error($"'{identifier}' has no range of sizes, stands twice or is one too many.");
            }

            dims.Add(new PlanDim(name, identifier, minimum, maximum, step) { IsCounted = isCounted, Bound = bound });
        }

        return new PlanList<PlanDim>(dims);
    }

    private static PlanSize? ReadBound(LineScanner scanner, int dimCount, int line)
    {
        scanner.Expect(' ');
        string word = scanner.ReadWord();
        if (word == "none")
        {
            return null;
        }

        PlanSize bound = SizeText.Parse(word, line);
        CheckSize(bound, dimCount, line);
        return bound;
    }

    public static PlanList<PlanBuffer> ReadBuffers(TextLines lines, ExecutionPlan plan)
    {
        var buffers = new List<PlanBuffer>();
        while (plan.Dims.Count > 0 && lines.NextIs("buffer"))
        {
            LineScanner scanner = lines.ReadScanner("buffer");
            bool isNumber = TextNumbers.TryParse(scanner.ReadWord(), out int first);
            scanner.Expect(' ');
            isNumber &= TextNumbers.TryParse(scanner.ReadWord(), out int last);
            scanner.Expect(' ');
            PlanSize bytes = SizeText.Parse(scanner.ReadWord(), lines.Number);
            scanner.ExpectEnd();
            CheckSize(bytes, plan.Dims.Count, lines.Number);
            if (!isNumber || last < first)
            {
                throw lines.Error("A buffer ends before it begins.");
            }

            buffers.Add(new PlanBuffer(bytes, first, last));
        }

        return new PlanList<PlanBuffer>(buffers);
    }

    /// <summary>Reads a variant without its steps.</summary>
    public static PlanVariant ReadVariant(TextLines lines, ExecutionPlan plan)
    {
        LineScanner scanner = lines.ReadScanner("variant");
        PlanList<long> minimum = ArgumentParser.Longs(scanner.ReadWord(), lines.Number);
        scanner.Expect(' ');
        PlanList<long> maximum = ArgumentParser.Longs(scanner.ReadWord(), lines.Number);
        scanner.ExpectEnd();
        if (minimum.Count != plan.Dims.Count || maximum.Count != plan.Dims.Count)
        {
            throw lines.Error("A variant has one range for each size.");
        }

        return new PlanVariant(minimum, maximum, ReadBuffers(lines, plan), PlanList<PlanStep>.Empty);
    }

    public static void CheckPort(PlanList<long> dims, PlanList<PlanSize> sizes, int dimCount, int line)
    {
        if (sizes.Count > 0 && sizes.Count != dims.Count)
        {
            throw new PlanFormatException(line, $"{sizes.Count} sizes stand beside {dims.Count}.");
        }

        for (int i = 0; i < sizes.Count; i++)
        {
            CheckSize(sizes[i], dimCount, line);
            if (dims[i] >= 0 && sizes[i] != PlanSize.Of(dims[i]))
            {
                throw new PlanFormatException(line, "A fixed size is given in two ways.");
            }
        }
    }

    public static void CheckArgument(PlanArgument argument, int dimCount, int line)
    {
        if (argument is SizeArgument one)
        {
            CheckSize(one.Value, dimCount, line);
        }
        else if (argument is SizesArgument several)
        {
            foreach (PlanSize size in several.Values)
            {
                CheckSize(size, dimCount, line);
            }
        }
    }

    /// <summary>Throws where a size names one that the plan does not have.</summary>
    public static void CheckSize(PlanSize size, int dimCount, int line)
    {
        switch (size)
        {
            case SizeDim dim when dim.Index >= dimCount:
                throw new PlanFormatException(line, $"There is no size 'd{dim.Index}'.");
            case SizeSum sum:
                CheckSize(sum.A, dimCount, line);
                CheckSize(sum.B, dimCount, line);
                break;
            case SizeProduct product:
                CheckSize(product.A, dimCount, line);
                CheckSize(product.B, dimCount, line);
                break;
            case SizeQuotient quotient:
                CheckSize(quotient.Value, dimCount, line);
                break;
            case SizeMinimum minimum:
                CheckSize(minimum.A, dimCount, line);
                CheckSize(minimum.B, dimCount, line);
                break;
            case SizeMaximum maximum:
                CheckSize(maximum.A, dimCount, line);
                CheckSize(maximum.B, dimCount, line);
                break;
            default:
                break;
        }
    }
}
