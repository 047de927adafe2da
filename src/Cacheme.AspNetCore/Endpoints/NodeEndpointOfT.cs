using System.Diagnostics.CodeAnalysis;
using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Handlers;
using Cacheme.AspNetCore.Responses;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Answers an endpoint from its node. The order of steps, written once: may it be cached, which node, ask the cache, answer.</summary>
internal sealed class NodeEndpoint<TNode, TValue> : NodeEndpoint
    where TNode : notnull
{
    private readonly INodeCache<TNode, TValue> _cache;
    private readonly NodePlan _plan;
    private readonly HttpRules _rules;
    private readonly HandlerRun<TValue> _run;
    private readonly HandlerResult<TValue> _results;
    private readonly AnswerWriter _writer;
    private readonly Lazy<bool> _answersEarly;

    /// <param name="cache">The node's cache.</param>
    /// <param name="plan">How a request becomes the node.</param>
    /// <param name="tokens">Where the handler finds its token.</param>
    /// <param name="results">How values are wrapped.</param>
    /// <param name="options">What the endpoint says.</param>
    /// <param name="bodies">Bounds the bodies that are kept.</param>
    /// <param name="rules">Which requests may be answered from the cache.</param>
    /// <param name="time">Tells how old an answer is.</param>
    /// <param name="answersEarly">Whether nothing but the arguments' binding stands before the filter. Asked at the first request.</param>
    public NodeEndpoint(
        INodeCache<TNode, TValue> cache,
        NodePlan plan,
        HandlerTokens tokens,
        HandlerResult<TValue> results,
        NodeEndpointOptions options,
        BodyLimit bodies,
        HttpRules rules,
        TimeProvider time,
        Func<bool> answersEarly)
    {
        _cache = cache;
        _plan = plan;
        _rules = rules;
        _run = new HandlerRun<TValue>(tokens, results);
        _results = results;
        IsPublic = options.ClientCaching.IsPublic;
        _writer = new AnswerWriter(this, bodies, time, options, [.. plan.Headers, .. results.Headers]);
        _answersEarly = new Lazy<bool>(() => plan.ReadsRequests && answersEarly());
    }

    public override bool AnswersEarly => _answersEarly.Value;

    public override bool SaysWhose => _rules.SaysWhose;

    public override bool IsPublic { get; }

    public override EndpointGuards GuardsOf(Endpoint endpoint) => _rules.GuardsOf(endpoint);

    /// <summary>Makes the node before the arguments are bound; false where the request lacks something of it.</summary>
    public bool TryCreate(HttpContext http, [NotNullWhen(true)] out TNode? node) => TryCreate(http, null, out node);

    /// <summary>Before the arguments are bound: the rest of the pipeline is the load.</summary>
    public override Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        // What stands in the way the filter finds again, and says it.
        if (_rules.WhyNot(http) is not null || !TryCreate(http, out var node))
        {
            return next(http);
        }

        try
        {
            return _cache.TryAnswer(node, out var answer) ? WriteAsync(answer, http, next) : ReadAsync(node, http, next);
        }
        catch (ArgumentException error) when (IsOfTheKey(error))
        {
            return next(http);
        }
    }

    public override ValueTask<object?> FilterAsync(HandlerCall call)
    {
        if (!call.IsBound)
        {
            _writer.Tell(call.Http, Bypass.BadRequest);
            return call.RunAsync();
        }

        if (call.Http.Features.Get<EarlyAnswer<TValue>>() is { } early && early.TryTake(this, out var answer))
        {
            return AnswerAsync(answer, call);
        }

        if (call.Http.Features.Get<PipelineLoad<TValue>>() is { } load && load.IsRunning(this))
        {
            // Something on the way may try again what has failed: then the others have had their answer.
            return load.Awaits(this) ? RunForOthersAsync(call, load) : call.RunAsync();
        }

        var reason = _rules.WhyNot(call.Http);
        if (reason is null && TryCreate(call.Http, call, out var node))
        {
            return LookupAsync(node, call);
        }

        _writer.Tell(call.Http, reason ?? Bypass.NoNode);
        return call.RunAsync();
    }

    private async Task ReadAsync(TNode node, HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<PipelineLoad<TValue>>() is not null)
        {
            // It is the load of this request already.
            await next(http);
            return;
        }

        var load = new PipelineLoad<TValue>(this, node, http, next, _run);
        http.Features.Set(load);
        var answer = default(CacheAnswer<TValue>);
        try
        {
            answer = await _cache.AnswerAsync(node, load.RunAsync, http.RequestAborted);
        }
        catch (Exception) when (load.HasBegun)
        {
            // The request fails as its own pipeline does; or its client has left.
        }
        finally
        {
            load.Answer(answer);
            await load.CloseAsync();
        }

        if (!load.HasBegun)
        {
            await WriteAsync(answer, http, next);
        }
    }

    // What cannot be written without the handler is left to the filter, which does not ask again.
    private Task WriteAsync(CacheAnswer<TValue> answer, HttpContext http, RequestDelegate next)
    {
        if (answer.TryGetValue(out var value) && _results.TryWrite(_writer, http, answer, value, out var written))
        {
            return written;
        }

        http.Features.Set(new EarlyAnswer<TValue>(this, answer));
        return next(http);
    }

    private async ValueTask<object?> LookupAsync(TNode node, HandlerCall call)
    {
        var load = new HandlerLoad<TValue>(call, _run);
        CacheAnswer<TValue> answer;
        try
        {
            // The request's own token ends its wait only; the load runs with the flight's.
            answer = await _cache.AnswerAsync(node, load.RunAsync, call.Http.RequestAborted);
        }
        catch (ArgumentException error) when (IsOfTheKey(error) && !load.HasBegun)
        {
            _writer.Tell(call.Http, Bypass.Key);
            return await call.RunAsync();
        }
        finally
        {
            await load.CloseAsync();
        }

        return load.HasResult ? Answer(answer, call.Http, load.Result) : await AnswerAsync(answer, call);
    }

    // Something on the way may have changed who asks, or for what: then it is nobody else's.
    private async ValueTask<object?> RunForOthersAsync(HandlerCall call, PipelineLoad<TValue> load)
    {
        var isTheirs = _rules.WhyNot(call.Http) is null && TryCreate(call.Http, call, out var node) && NodePlan.AreSame(node, load.Node);
        var (result, answer) = await load.RunHandlerAsync(call, isTheirs);
        return Answer(answer, call.Http, result);
    }

    // Of a request whose handler has not run: where there is nothing for it, its own one answers.
    private async ValueTask<object?> AnswerAsync(CacheAnswer<TValue> answer, HandlerCall call)
    {
        if (answer.TryGetValue(out var value) && (value is not null || _results.AnswersNull))
        {
            return Answer(answer, call.Http, _results.Null);
        }

        _writer.Tell(call.Http, default(CacheAnswer<TValue>));
        return await call.RunAsync();
    }

    private object? Answer(CacheAnswer<TValue> answer, HttpContext http, object? otherwise)
    {
        if (answer.TryGetValue(out var value) && _results.Wrap(_writer, answer, value) is { } wrapped)
        {
            return wrapped;
        }

        _writer.Tell(http, answer);
        return otherwise;
    }

    private bool TryCreate(HttpContext http, HandlerCall? call, [NotNullWhen(true)] out TNode? node)
    {
        node = _plan.TryCreate(http, call) is TNode made ? made : default;
        return node is not null;
    }

    // A key of what a caller typed, too long or not even text, is no fault of the page.
    private static bool IsOfTheKey(ArgumentException error) => error.ParamName == "key";
}
