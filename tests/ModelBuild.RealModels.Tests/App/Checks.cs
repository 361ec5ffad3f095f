using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;

namespace ModelBuild.RealModels.App;

/// <summary>A way to predict.</summary>
internal delegate void Predict<T>(ReadOnlySpan<T> input, T[][] outputs);

/// <summary>The checks of one model. Each prints a line: model, check and result, separated by tabs.</summary>
internal sealed class Checks<T>(AppModel<T> model, T[][] samples)
    where T : unmanaged
{
    private const int Threads = 16;
    private const int RunsPerThread = 3;
    private const int WarmUpRuns = 6;
    private const int CountedRuns = 5;
    private const string Same = "same";

    private readonly T[][][] _expected = [.. samples.Select(sample => Predict(model, sample))];

    public void Run(string folder)
    {
        for (int n = 0; n < samples.Length; n++)
        {
            for (int i = 0; i < _expected[n].Length; i++)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{model.Name}.{n}.out{i}.bin"), MemoryMarshal.AsBytes<T>(_expected[n][i]).ToArray());
            }
        }

        Print("by name", ByName());
        Print("workspace", InWorkspace());
        Print("batch", InBatch());
        Print("threads", OnThreads());
        Print("several threads", OnSeveral());
        Print("allocated", Allocated(model.Predict));
        Print("allocated on several threads", Allocated(model.PredictOnThreads));
        Print("input short", Refusal(() => model.Predict(samples[0].AsSpan(1), model.NewOutputs())));
        Print("input long", Refusal(() => model.Predict(new T[model.InputLength + 1], model.NewOutputs())));
        for (int i = 0; i < model.Predictor.Info.Outputs.Length; i++)
        {
            T[][] outputs = model.NewOutputs();
            outputs[i] = outputs[i][1..];
            Print($"output {i} short", Refusal(() => model.Predict(samples[0], outputs)));
        }

        var ranked = new LabelScore[3];
        if (model.TopK(samples[0], ranked) > 0)
        {
            Print("ranked", string.Join(' ', ranked.Select(r => FormattableString.Invariant($"{r.Label}:{r.Index}:{r.Score:R}"))));
            Print("classified", model.Classify(samples[0]).ToString());
        }
    }

    private static T[][] Predict(AppModel<T> model, T[] sample)
    {
        T[][] outputs = model.NewOutputs();
        model.Predict(sample, outputs);
        return outputs;
    }

    private string ByName()
    {
        PredictorInfo info = model.Predictor.Info;
        T[][] outputs = model.NewOutputs();
        var inputs = new NamedTensors { { info.Inputs[0].Name, samples[0] } };
        var named = new NamedTensors();
        for (int i = 0; i < outputs.Length; i++)
        {
            named.Add(info.Outputs[i].Name, outputs[i]);
        }

        model.Predictor.Predict(inputs, named);
        return Compare(0, outputs);
    }

    private string InWorkspace()
    {
        T[][] outputs = model.NewOutputs();
        model.PredictInWorkspace(samples[1], outputs);
        return Compare(1, outputs);
    }

    private string InBatch()
    {
        T[][] outputs = model.NewOutputs(samples.Length);
        model.PredictBatch(samples.Length, samples.SelectMany(s => s).ToArray(), outputs);
        for (int n = 0; n < samples.Length; n++)
        {
            int item = n;
            string result = Compare(n, [.. outputs.Select((o, i) => o.AsSpan(item * _expected[item][i].Length, _expected[item][i].Length).ToArray())]);
            if (result != Same)
            {
                return result;
            }
        }

        return Same;
    }

    private string OnThreads()
    {
        var results = new string[Threads];
        using var start = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            int sample = t % samples.Length;
            T[][] outputs = model.NewOutputs();
            start.SignalAndWait();
            for (int run = 0; run < RunsPerThread && results[t] is null or Same; run++)
            {
                Array.ForEach(outputs, o => Array.Clear(o));
                model.Predict(samples[sample], outputs);
                results[t] = Compare(sample, outputs);
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return Array.Find(results, r => r != Same) ?? Same;
    }

    private string OnSeveral()
    {
        T[][] outputs = model.NewOutputs();
        model.PredictOnThreads(samples[0], outputs);
        return Compare(0, outputs);
    }

    private string Allocated(Predict<T> predict)
    {
        T[][] outputs = model.NewOutputs();
        long before = 0;
        for (int run = 0; run < WarmUpRuns + CountedRuns; run++)
        {
            before = run == WarmUpRuns ? GC.GetAllocatedBytesForCurrentThread() : before;
            predict(samples[0], outputs);
            if (run < WarmUpRuns)
            {
                // Threads that share a call fall asleep, so that what wakes them has run as well.
                Thread.Sleep(1);
            }
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Refusal(Action predict)
    {
        try
        {
            predict();
            return "accepted";
        }
        catch (ArgumentException e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    // Bit for bit: the same kernels see the same numbers.
    private string Compare(int sample, T[][] outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            if (!MemoryMarshal.AsBytes<T>(outputs[i]).SequenceEqual(MemoryMarshal.AsBytes<T>(_expected[sample][i])))
            {
                return $"output {i} of sample {sample} differs";
            }
        }

        return Same;
    }

    private void Print(string check, string result) => Console.WriteLine($"{model.Name}\t{check}\t{result}");
}
