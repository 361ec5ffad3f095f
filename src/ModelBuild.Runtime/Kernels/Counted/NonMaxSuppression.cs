namespace ModelBuild.Kernels;

/// <summary>The best boxes of each class that do not overlap better ones too much (ONNX NonMaxSuppression 11).</summary>
public static class NonMaxSuppression
{
    private const int BoxSize = 4;
    private const int RowSize = 3;

    /// <summary>Selects boxes in the order of their scores, class by class, and returns their number.</summary>
    /// <param name="boxes">Coordinates [batches, count, 4].</param>
    /// <param name="scores">Scores [batches, classes, count].</param>
    /// <param name="most">The most boxes of a class; empty for none.</param>
    /// <param name="overlap">The largest intersection over union with a better box; empty for 0.</param>
    /// <param name="least">The score that a box must exceed; empty for none.</param>
    /// <param name="selected">Receives [batch, class, box] for each selected box; where it is full, the rest is left out.</param>
    /// <param name="order">Memory for <paramref name="count"/> numbers.</param>
    /// <param name="batches">Number of images.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="count">Number of boxes.</param>
    /// <param name="isCentre">Whether boxes are centre and size, else two opposite corners.</param>
    public static long Select(
        ReadOnlySpan<float> boxes,
        ReadOnlySpan<float> scores,
        ReadOnlySpan<long> most,
        ReadOnlySpan<float> overlap,
        ReadOnlySpan<float> least,
        Span<long> selected,
        Span<ulong> order,
        int batches,
        int classes,
        int count,
        bool isCentre)
    {
        Throw.IfShorter(boxes.Length, (long)batches * count * BoxSize, nameof(boxes));
        Throw.IfShorter(scores.Length, (long)batches * classes * count, nameof(scores));
        Throw.IfShorter(order.Length, count, nameof(order));
        long limit = most.IsEmpty ? 0 : most[0];
        double threshold = overlap.IsEmpty ? 0 : overlap[0];
        int rows = 0;
        for (int batch = 0; batch < batches; batch++)
        {
            ReadOnlySpan<float> all = boxes.Slice(batch * count * BoxSize, count * BoxSize);
            for (int c = 0; c < classes && limit > 0; c++)
            {
                Span<ulong> candidates = Candidates(scores.Slice(((batch * classes) + c) * count, count), least, order);
                int first = rows;
                for (int i = 0; i < candidates.Length && rows - first < limit && (rows + 1) * RowSize <= selected.Length; i++)
                {
                    int box = (int)(uint)candidates[i];
                    if (!IsCovered(all, box, selected[(first * RowSize)..(rows * RowSize)], threshold, isCentre))
                    {
                        Span<long> row = selected.Slice(rows * RowSize, RowSize);
                        (row[0], row[1], row[2]) = (batch, c, box);
                        rows++;
                    }
                }
            }
        }

        selected[(rows * RowSize)..].Clear();
        return rows;
    }

    // Keys whose order is that of falling scores, and of rising numbers among equal ones. NaN comes last.
    private static Span<ulong> Candidates(ReadOnlySpan<float> scores, ReadOnlySpan<float> least, Span<ulong> order)
    {
        int count = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            float score = scores[i];
            if (least.IsEmpty || score > least[0])
            {
                // Adding 0 makes the negative 0 the positive one.
                uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
                uint rising = float.IsNaN(score) ? 0 : (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
                order[count++] = ((ulong)~rising << 32) | (uint)i;
            }
        }

        Span<ulong> candidates = order[..count];
        candidates.Sort();
        return candidates;
    }

    private static bool IsCovered(ReadOnlySpan<float> boxes, int box, ReadOnlySpan<long> better, double threshold, bool isCentre)
    {
        (double left, double top, double right, double bottom) = Corners(boxes.Slice(box * BoxSize, BoxSize), isCentre);
        double area = (right - left) * (bottom - top);
        for (int i = RowSize - 1; i < better.Length; i += RowSize)
        {
            (double l, double t, double r, double b) = Corners(boxes.Slice((int)better[i] * BoxSize, BoxSize), isCentre);
            double intersection = Math.Max(0, Math.Min(right, r) - Math.Max(left, l)) * Math.Max(0, Math.Min(bottom, b) - Math.Max(top, t));
            double other = (r - l) * (b - t);
            if ((intersection > 0 && area > 0 && other > 0 ? intersection / (area + other - intersection) : 0) > threshold)
            {
                return true;
            }
        }

        return false;
    }

    private static (double Left, double Top, double Right, double Bottom) Corners(ReadOnlySpan<float> box, bool isCentre)
    {
        (double a, double b, double c, double d) = (box[0], box[1], box[2], box[3]);
        return isCentre
            ? (a - (c / 2), b - (d / 2), a + (c / 2), b + (d / 2))
            : (Math.Min(a, c), Math.Min(b, d), Math.Max(a, c), Math.Max(b, d));
    }
}
